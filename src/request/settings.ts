import { isWebIdentity } from '../plan.ts';
import type { BaseChoice } from './base.ts';
import type { InputName } from './inputs.ts';
import type { Problems } from './problems.ts';
import { readProfile, type ProfileOffers } from './profile.ts';
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
  profiles: ProfileOffers | undefined,
  problems: Problems,
): Settings {
  const flag = (name: InputName, otherwise: boolean): boolean =>
    readBoolean(name, inputs[name], otherwise, problems);
  const count = (name: InputName, least: number, most: number, otherwise: number, unit = 'seconds'): number =>
    readNumber(name, inputs[name], { least, most, otherwise, unit }, problems);
  const profile = profiles && readProfile(inputs.profile, profiles, problems);
  const exportEnv = flag('export-env', profile === undefined);
  if (profile !== undefined) checkWithProfile(inputs, exportEnv, problems);
  return {
    profile,
    exportEnv,
    outputCredentials: flag('output-credentials', false),
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

/** What a profile cannot have beside it. */
function checkWithProfile(inputs: Inputs, exportEnv: boolean, problems: Problems): void {
  if (exportEnv) {
    problems.say('export-env', 'cannot be true with profile: exported keys would outrank it. Leave it out');
  }
  if (inputs['mfa-token-code'].trim() !== '') {
    problems.say(
      'mfa-token-code',
      'cannot go with profile: a code is good once, and a profile renews its credentials',
    );
  }
}

/** What will not do what it seems to say. */
export function warningsFor(
  inputs: Inputs,
  { base }: BaseChoice,
  { limits, exportEnv, outputCredentials, profile, minRemainingSeconds }: Settings,
): string[] {
  const warnings: string[] = [];
  if (inputs.audience.trim() !== '' && base.kind !== 'oidc') {
    const reason = isWebIdentity(base.kind)
      ? 'the token of web-identity-token-file has its own'
      : 'the base credentials are no token';
    warnings.push(`audience is not used: ${reason}.`);
  }
  if (limits.propagationWaitSeconds > limits.timeoutSeconds) {
    warnings.push(
      'propagation-wait-seconds is more than timeout-seconds, which ends the step first: raise timeout-seconds.',
    );
  }
  if (profile !== undefined && minRemainingSeconds > 0) {
    warnings.push('min-remaining-seconds is not used: a profile renews its credentials by itself.');
  }
  if (!exportEnv && !outputCredentials && profile === undefined) {
    warnings.push('Nobody gets the credentials: export-env is false, and output-credentials is not true.');
  }
  return warnings;
}
