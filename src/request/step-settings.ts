import type { Inputs, InputName } from './inputs.ts';
import type { Problems } from './problems.ts';
import { readAllowedAccounts } from './roles.ts';
import { readBoolean, readChoice, readNumber } from './values.ts';

/** Settings of the step itself: how long it tries, what it checks, what it says. One row each. */

interface StepRow<Value> {
  readonly input: InputName;
  readonly read: (text: string, problems: Problems) => Value;
}

const flag = (input: InputName): StepRow<boolean> => ({
  input,
  read: (text, problems) => readBoolean(input, text, problems),
});

const count = (
  input: InputName,
  least: number,
  most: number,
  usual: number,
  unit: string,
): StepRow<number> => ({
  input,
  read: (text, problems) => readNumber(input, text, { least, most, usual, unit }, problems),
});

/** How long and how often the step may try. */
const limitRows = {
  timeoutSeconds: count('timeout-seconds', 1, 21_600, 60, 'seconds'),
  maxAttempts: count('max-attempts', 1, 100, 5, 'attempts'),
  propagationWaitSeconds: count('propagation-wait-seconds', 0, 21_600, 0, 'seconds'),
};

const stepRows = {
  maskAccountId: flag('mask-account-id'),
  verifyIdentity: flag('verify-identity'),
  /** Accounts that fail are left out, as long as one does not. */
  continueOnAccountError: flag('continue-on-account-error'),
  jobSummary: {
    input: 'job-summary',
    read: (text: string, problems: Problems) =>
      readChoice('job-summary', text, ['on-failure', 'always', 'never'], problems),
  },
  /** The accounts that the last role may be in; undefined: any. Each target is compared when its plan is read. */
  allowedAccountIds: {
    input: 'allowed-account-ids',
    read: (text: string, problems: Problems): readonly string[] | undefined =>
      readAllowedAccounts(text, [], problems),
  },
} satisfies Record<string, StepRow<unknown>>;

type ValuesOf<Rows extends Record<string, StepRow<unknown>>> = {
  readonly [Name in keyof Rows]: ReturnType<Rows[Name]['read']>;
};

/** Seconds, but for `maxAttempts`. */
export type Limits = ValuesOf<typeof limitRows>;

/** When a step adds to the summary of the job. */
export type JobSummary = ValuesOf<typeof stepRows>['jobSummary'];

/** All of them, typed and checked. */
export type StepSettings = ValuesOf<typeof stepRows> & { readonly limits: Limits };

/** Reads them all. */
export function readStep(inputs: Inputs, problems: Problems): StepSettings {
  const valuesOf = <Rows extends Record<string, StepRow<unknown>>>(rows: Rows): ValuesOf<Rows> =>
    Object.fromEntries(
      Object.entries(rows).map(([name, { input, read }]) => [name, read(inputs[input], problems)]),
    ) as ValuesOf<Rows>;
  return { ...valuesOf(stepRows), limits: valuesOf(limitRows) };
}
