import type { RoleArn } from '../aws/arn.ts';
import { lastHop } from '../aws/plan.ts';
import type { FailedTarget } from '../chain/assume-targets.ts';
import { isRequestFailure } from '../sts/errors.ts';
import { explain } from './explain.ts';
import {
  text,
  type FailedAccount,
  type FailureGroup,
  type Part,
  type Report,
  type Surroundings,
} from './explanation.ts';
import { accountsTitle } from './titles.ts';
import { reportOf } from './report.ts';

/** The failures of many accounts, grouped by cause: each cause is explained once. */

/** Causes that are explained in full; each of the others has a line. */
const mostExplained = 5;

/** Causes that are listed: more have one line, and one group of the log. */
export const mostListed = 10;

/** Names in a sentence. */
const mostNames = 10;

/**
 * @param failed at least one
 * @param total the number of all accounts
 */
export function accountsReport(
  failed: readonly FailedTarget[],
  total: number,
  surroundings: Surroundings,
): Report {
  const groups = groupsOf(failed, surroundings);
  const heads = groups.map(headOf);
  const [first] = groups;
  return {
    title: accountsTitle(failed.length, total, 'failed'),
    advice: heads[0] ?? '',
    steps: [
      ...(first?.report.steps ?? []),
      ...heads.slice(1, mostListed).map((head) => `another cause: ${head}`),
      ...(heads.length > mostListed
        ? [`${heads.length - mostListed} more causes: the log of this step lists their accounts`]
        : []),
    ],
    paste: groups.slice(0, mostExplained).flatMap(({ report }, index): Part[] => {
      const own = index === 0 ? [] : report.steps.map((step) => text(`  - ${step}`));
      const parts = [...own, ...report.paste];
      return groups.length > 1 && parts.length > 0 ? [text(`For "${report.title}":`), ...parts] : parts;
    }),
    facts: first?.report.facts ?? [],
    words: first?.report.words,
    groups,
  };
}

/** `Token not trusted by role: … (197 accounts: a, b, c, ...)` */
function headOf({ report, accounts }: FailureGroup): string {
  const names = accounts.slice(0, mostNames).map(({ name }) => name);
  const listed = names.join(', ') + (accounts.length > mostNames ? ', ...' : '');
  const count = accounts.length === 1 ? 'account' : `${accounts.length} accounts:`;
  return `${report.title}: ${report.advice} (${count} ${listed})`;
}

/** Groups by what decides the explanation, the largest first. */
function groupsOf(failed: readonly FailedTarget[], surroundings: Surroundings): FailureGroup[] {
  const byCause = Map.groupBy(failed, (one) => causeOf(one, surroundings));
  return [...byCause.values()]
    .map((targets) => ({
      report: reportOfGroup(targets, surroundings),
      accounts: targets.map((one) => failedAccount(one, surroundings)),
    }))
    .sort((a, b) => b.accounts.length - a.accounts.length);
}

/** The class of the failure, the request, its hop, and the caller. */
function causeOf({ target, error }: FailedTarget, surroundings: Surroundings): string {
  const { title } = reportOf(error, target.plan, surroundings);
  if (!isRequestFailure(error)) return JSON.stringify([title]);
  const { operation, hop, callerArn } = error.attempt;
  return JSON.stringify([title, operation, hop?.index, callerArn, target.plan.sts.region]);
}

function reportOfGroup(targets: readonly FailedTarget[], surroundings: Surroundings): Report {
  const [first] = targets;
  if (!first) throw new TypeError('a group has at least one account');
  const { error, target } = first;
  if (!isRequestFailure(error)) return reportOf(error, target.plan, surroundings);
  const place = (error.attempt.hop?.index ?? 1) - 1;
  const roles = targets.map(({ target: { plan } }) => (plan.hops[place] ?? lastHop(plan)).role);
  return explain(error, target.plan, surroundings, roles as [RoleArn, ...RoleArn[]]);
}

function failedAccount({ target, error }: FailedTarget, surroundings: Surroundings): FailedAccount {
  const { title, advice, words } = reportOf(error, target.plan, surroundings);
  const reason = `${title}: ${advice}${words === undefined ? '' : ` ${words}`}`.replaceAll('\n', ' ');
  return { name: target.name ?? '', role: lastHop(target.plan).role, reason };
}
