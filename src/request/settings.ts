import { isWebIdentity, type Base } from '../aws/plan.ts';
import type { Delivery } from './delivery.ts';
import type { InputName } from './inputs.ts';
import type { Problems } from './problems.ts';
import { readAllowedAccounts } from './roles.ts';
import { readBoolean, readChoice, readNumber, type Given } from './values.ts';

/** Settings of the step itself: how long it tries, what it checks, what it says. */

/** The text of every input; `''` where none was given. */
export type Inputs = Given<InputName>;

/** How long and how often the step may try. Seconds, but for `maxAttempts`. */
export interface Limits {
  readonly timeoutSeconds: number;
  readonly maxAttempts: number;
  readonly propagationWaitSeconds: number;
}

/** All of them, typed and checked. */
export interface StepSettings {
  readonly limits: Limits;
  readonly maskAccountId: boolean;
  readonly verifyIdentity: boolean;
  readonly jobSummary: 'always' | 'on-failure' | 'never';
  /** Accounts that fail are left out, as long as one does not. */
  readonly continueOnAccountError: boolean;
  /** The accounts that the last role may be in; undefined: any. */
  readonly allowedAccountIds: readonly string[] | undefined;
}

/** Reads them all. */
export function readStep(inputs: Inputs, problems: Problems): StepSettings {
  const flag = (name: InputName, otherwise: boolean): boolean =>
    readBoolean(name, inputs[name], otherwise, problems);
  const count = (name: InputName, least: number, most: number, otherwise: number, unit = 'seconds'): number =>
    readNumber(name, inputs[name], { least, most, otherwise, unit }, problems);
  const continueOnAccountError = flag('continue-on-account-error', false);
  // With accounts from a secret that does not exist, the step would hand out the roles before them.
  if (continueOnAccountError && inputs.accounts.trim() === '')
    problems.say(
      'continue-on-account-error',
      'is true, and accounts is empty (as a secret is that does not exist): give accounts, or leave it out',
    );
  return {
    continueOnAccountError,
    maskAccountId: flag('mask-account-id', false),
    verifyIdentity: flag('verify-identity', true),
    jobSummary: readChoice('job-summary', inputs['job-summary'], ['on-failure', 'always', 'never'], problems),
    // Each target's role was compared with the list when its plan was read.
    allowedAccountIds: readAllowedAccounts(inputs['allowed-account-ids'], [], problems),
    limits: {
      timeoutSeconds: count('timeout-seconds', 1, 21_600, 60),
      maxAttempts: count('max-attempts', 1, 100, 5, 'attempts'),
      propagationWaitSeconds: count('propagation-wait-seconds', 0, 21_600, 0),
    },
  };
}

/** What will not do what it seems to say. */
export function warningsFor(
  inputs: Inputs,
  base: Base,
  { limits }: StepSettings,
  delivery: Delivery,
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
  if (delivery.kind !== 'keys' && Number(inputs['min-remaining-seconds']) > 0) {
    warnings.push('min-remaining-seconds is not used: a profile renews its credentials by itself.');
  }
  if (delivery.kind === 'keys' && !delivery.exportEnv && !delivery.outputCredentials) {
    warnings.push(
      'The credentials are not delivered anywhere: export-env is false, and output-credentials is not true.',
    );
  }
  return warnings;
}
