import { isWebIdentity } from '../aws/plan.ts';
import type { BaseChoice } from './base.ts';
import type { InputName } from './inputs.ts';
import type { Problems } from './problems.ts';
import { readProfile, type ProfileFacts } from './profile.ts';
import { readBoolean, readChoice, readNumber, type Given } from './values.ts';

/** Settings of the step itself: what it delivers, how long it tries, what it says. */

/** The text of every input; `''` where none was given. */
export type Inputs = Given<InputName>;

/** How long and how often the step may try. Seconds, but for `maxAttempts`. */
export interface Limits {
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  readonly propagationWaitSeconds: number;
}

/** All of them, typed and checked. */
export interface Settings {
  readonly exportEnv: boolean;
  /** Write an AWS profile of this name that renews its own credentials. */
  readonly profile: string | undefined;
  readonly outputCredentials: boolean;
  /** Accounts that fail are left out, as long as one does not. */
  readonly continueOnAccountError: boolean;
  readonly maskAccountId: boolean;
  readonly verifyIdentity: boolean;
  readonly jobSummary: 'always' | 'on-failure' | 'never';
  /** Seconds; 0: never keep what an earlier step exported. */
  readonly minRemainingSeconds: number;
  readonly limits: Limits;
}

/** Reads them all. */
export function readSettings(
  inputs: Inputs,
  profiles: ProfileFacts | undefined,
  problems: Problems,
): Settings {
  const flag = (name: InputName, otherwise: boolean): boolean =>
    readBoolean(name, inputs[name], otherwise, problems);
  const count = (name: InputName, least: number, most: number, otherwise: number, unit = 'seconds'): number =>
    readNumber(name, inputs[name], { least, most, otherwise, unit }, problems);
  const profile = profiles && readProfile(inputs.profile, profiles, problems);
  const exportEnv = flag('export-env', profiles === undefined);
  const outputCredentials = flag('output-credentials', false);
  const continueOnAccountError = flag('continue-on-account-error', false);
  // With accounts from a secret that does not exist, the step would hand out the roles before them.
  if (continueOnAccountError && inputs.accounts.trim() === '')
    problems.say(
      'continue-on-account-error',
      'is true, and accounts is empty (as a secret is that does not exist): give accounts, or leave it out',
    );
  if (profiles) checkWithProfiles(inputs, { exportEnv, outputCredentials }, problems);
  return {
    profile,
    exportEnv,
    outputCredentials,
    continueOnAccountError,
    maskAccountId: flag('mask-account-id', false),
    verifyIdentity: flag('verify-identity', true),
    jobSummary: readChoice('job-summary', inputs['job-summary'], ['on-failure', 'always', 'never'], problems),
    minRemainingSeconds: count('min-remaining-seconds', 0, 43_200, 0),
    limits: {
      timeoutSeconds: count('timeout-seconds', 1, 21_600, 60),
      maxAttempts: count('max-attempts', 1, 100, 5, 'attempts'),
      propagationWaitSeconds: count('propagation-wait-seconds', 0, 21_600, 0),
    },
  };
}

/** What a profile, or many accounts, cannot have beside them. */
function checkWithProfiles(
  inputs: Inputs,
  { exportEnv, outputCredentials }: { exportEnv: boolean; outputCredentials: boolean },
  problems: Problems,
): void {
  const many = inputs.accounts.trim() !== '';
  const input = many ? 'accounts' : 'profile';
  if (many && inputs.profile.trim() !== '') {
    problems.say(
      'profile',
      'cannot go with accounts, whose entries have profile names of their own: leave one out',
    );
  }
  if (exportEnv)
    problems.say(
      'export-env',
      `cannot be true with ${input}: exported keys would outrank profiles. Leave it out`,
    );
  if (many && outputCredentials)
    problems.say('output-credentials', 'cannot go with accounts, which have many');
  if (inputs['mfa-token-code'].trim() !== '') {
    problems.say(
      'mfa-token-code',
      `cannot go with ${input}: a code is good once, and a profile renews its credentials`,
    );
  }
}

/** What will not do what it seems to say. */
export function warningsFor(
  inputs: Inputs,
  { base }: BaseChoice,
  { limits, exportEnv, outputCredentials, minRemainingSeconds }: Settings,
): string[] {
  const warnings: string[] = [];
  if (inputs.audience.trim() !== '' && base.kind !== 'oidc') {
    const reason = isWebIdentity(base.kind)
      ? 'the token of web-identity-token-file has its own'
      : 'the base credentials are no token';
    warnings.push(`audience is not used: ${reason}.`);
  }
  if (limits.propagationWaitSeconds >= limits.timeoutSeconds) {
    warnings.push(
      'propagation-wait-seconds is not less than timeout-seconds, which ends the step first: raise timeout-seconds.',
    );
  }
  const many = inputs.accounts.trim() !== '';
  const byProfile = many || inputs.profile.trim() !== '';
  if (byProfile && minRemainingSeconds > 0) {
    warnings.push('min-remaining-seconds is not used: a profile renews its credentials by itself.');
  }
  if (!exportEnv && !outputCredentials && !byProfile) {
    warnings.push('Nobody gets the credentials: export-env is false, and output-credentials is not true.');
  }
  return warnings;
}
