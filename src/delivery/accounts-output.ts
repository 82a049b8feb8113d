import type { AssumedTarget, FailedTarget } from '../chain/assume-targets.ts';
import type { Target } from '../aws/plan.ts';
import { ActionError } from '../text/action-error.ts';
import { isoTime } from '../text/time.ts';

/** The output `accounts`. */

/** What became of the accounts. */
export interface AccountsOutcome {
  readonly targets: readonly Target[];
  readonly assumed: readonly AssumedTarget[];
  readonly failed: readonly FailedTarget[];
  /** Why accounts failed, by the name of the profile. */
  readonly reasons: ReadonlyMap<string, string>;
}

/**
 * Characters. GitHub accepts 1 MB for all outputs of a job, in UTF-16, so two bytes each (GitHub Docs, "Defining outputs
 * for jobs"); the other outputs need some of it.
 */
const longest = 510_000;

/** Characters of a reason, where whole reasons do not fit. */
const shortReason = 120;

/**
 * An entry for each account, in the order of the targets. Reasons are cut where they would not fit.
 * @throws ActionError outputs-too-large where the entries do not fit all the same
 */
export function accountsOutput(outcome: AccountsOutcome): readonly object[] {
  const whole = entriesOf(outcome, Infinity);
  if (sizeOf(whole) <= longest) return whole;
  const short = entriesOf(outcome, shortReason);
  if (sizeOf(short) <= longest) return short;
  const limit = `the output accounts of ${short.length} accounts has ${sizeOf(short)} characters, and GitHub accepts ${longest}`;
  const repair =
    'list fewer accounts in one step, for example by organizational unit, or shorten session-name';
  throw new ActionError('outputs-too-large', `${limit}: ${repair}`);
}

const sizeOf = (entries: readonly object[]): number => JSON.stringify(entries).length;

/** @param most characters of a reason */
function entriesOf({ targets, assumed, failed, reasons }: AccountsOutcome, most: number): object[] {
  const sessions = new Map(assumed.map(({ target: { name }, session }) => [name, session]));
  const failures = new Map(failed.map(({ target }) => [target.name, target]));
  return targets.flatMap(({ name = '' }) => {
    const session = sessions.get(name);
    if (session) {
      return {
        profile: name,
        'account-id': session.accountId,
        'assumed-role-arn': session.assumedRoleArn,
        expiration: isoTime(session.expiration),
      };
    }
    const target = failures.get(name);
    if (!target) return [];
    const reason = reasons.get(name);
    const error = reason !== undefined && reason.length > most ? `${reason.slice(0, most)}…` : reason;
    return { profile: name, 'role-arn': target.plan.hops.at(-1)?.role.text, error };
  });
}
