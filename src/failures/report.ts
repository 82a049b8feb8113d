import { adviceOn } from '../sources/sources.ts';
import type { FailedTarget } from '../chain/targets.ts';
import { mayAskForIdToken } from '../sources/id-token.ts';
import { idTokenAdvice } from './id-token-permission.ts';
import type { Plan } from '../aws/plan.ts';
import type { InputError } from '../request/problems.ts';
import { type MismatchReason, type RequestFailure, type UnexpectedResponse } from '../sts/errors.ts';
import { ActionError, errorCodeOf, messageOf, type ErrorCode } from '../text/action-error.ts';
import { explain } from './explain.ts';
import { steps, text, type Part, type Report } from './explanation.ts';
import { endpointSettings, explainNetwork } from './network.ts';

/** A failure that comes with its report: that of many accounts. */
export class AccountsFailure extends ActionError {
  declare readonly code: 'accounts-failed';
  readonly report: Report;

  constructor(report: Report) {
    super('accounts-failed', report.message);
    this.report = report;
  }
}

/**
 * The one place that turns an error into what a user reads.
 * @param plan undefined where the inputs did not make one
 */
export function reportOf(error: unknown, plan: Plan | undefined, environment: NodeJS.ProcessEnv): Report {
  const message = messageOf(error);
  const code = errorCodeOf(error);
  switch (code) {
    case 'invalid-input':
      return inputReport(error as InputError, environment);
    case 'request-failed':
      return requestReport(error as RequestFailure, plan);
    case 'no-base-credentials':
      return { title: 'No base credentials', message, parts: baseAdvice(plan, environment) };
    case 'unexpected-response':
      return mismatchReport((error as UnexpectedResponse).reason, message);
    case 'accounts-failed':
      return (error as AccountsFailure).report;
    default:
      return { title: code === undefined ? 'Unexpected failure' : titles[code], message, parts: [] };
  }
}

/** Titles of errors whose message is all there is to report. */
const titles: Record<Exclude<ErrorCode, ExplainedCode>, string> = {
  'account-not-allowed': 'Account not allowed',
  interrupted: 'Stopped',
  'proxy-unusable': 'One setting is wrong',
  'folder-unusable': 'One setting is wrong',
  'profile-unusable': 'One setting is wrong',
  'plan-missing': 'Unexpected failure',
  'renewal-failed': 'Unexpected failure',
  'renewal-locked': 'Unexpected failure',
};

type ExplainedCode =
  'invalid-input' | 'request-failed' | 'no-base-credentials' | 'unexpected-response' | 'accounts-failed';

function mismatchReport(reason: MismatchReason, message: string): Report {
  switch (reason) {
    case 'expired':
    case 'wrong-expiry':
      return {
        title: 'Clock skew',
        message: `This machine's clock is probably wrong: set it (NTP).\n${message}`,
        parts: [steps('the clock of the runner: compare `date -u` with the correct time', endpointSettings)],
      };
    case 'incomplete':
    case 'other-role':
      return {
        title: 'Unexpected response',
        message,
        parts: [steps(endpointSettings, 'a proxy may have answered instead of STS')],
      };
  }
}

/** What to do where the AWS SDK finds nothing: a profile in its way first, then the permission that is missing. */
function baseAdvice(plan: Plan | undefined, environment: NodeJS.ProcessEnv): Part[] {
  if (!plan) return [];
  const { nothingFound, mentionsIdToken } = adviceOn(plan.base);
  return [
    ...(nothingFound.length > 0 ? [steps(...nothingFound)] : []),
    ...(mentionsIdToken && !mayAskForIdToken(environment) ? idTokenAdvice(environment) : []),
  ];
}

function inputReport({ problems, message }: InputError, environment: NodeJS.ProcessEnv): Report {
  // What the runner or the machine has set is written in capitals.
  const what = problems.every(({ input }) =>
    /^[A-Za-z_]*_(ENV|OUTPUT|STATE|TEMP|URL|PROXY|proxy)$/.test(input),
  )
    ? 'setting'
    : 'input';
  const title = problems.length === 1 ? `One ${what} is wrong` : `${problems.length} ${what}s are wrong`;
  const parts = problems.some(({ topic }) => topic === 'id-token') ? idTokenAdvice(environment) : [];
  return { title, message, parts };
}

function requestReport(failure: RequestFailure, plan: Plan | undefined): Report {
  if (!plan) return { title: 'Role not assumed', message: failure.message, parts: [] };
  if (failure.attempt.operation !== 'GetIdToken') {
    const { title, advice, parts } = explain(failure, plan);
    return { title, message: `${advice}\n${failure.message}`, parts };
  }
  const explanation = explainNetwork(failure, { host: "GitHub's OIDC token service" });
  const advice = explanation?.advice ?? "GitHub's OIDC token service refused the request.";
  return {
    title: 'No OIDC token',
    message: `${advice}\n${failure.message}`,
    parts: explanation?.parts ?? [],
  };
}

/** All failing accounts in one report, counts first, each explained. */
export function accountsReport(
  failed: readonly FailedTarget[],
  of: number,
  environment: NodeJS.ProcessEnv,
): AccountsFailure {
  const reports = failed.map(({ target, error }) => ({
    name: target.name ?? '',
    report: reportOf(error, target.plan, environment),
  }));
  const names = failed.map(({ target }) => target.name ?? '');
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ` and ${names.length - 20} more` : '');
  const counts = `${failed.length} of ${of} accounts failed`;
  const causes = new Map<string, number>();
  for (const { report } of reports) causes.set(report.title, (causes.get(report.title) ?? 0) + 1);
  const parts = reports.flatMap(({ name, report }): Part[] => [
    text(`${name}: ${report.title}. ${report.message.replaceAll('\n', ' ')}`),
    ...report.parts,
  ]);
  const summary = [...causes].map(([title, count]) => `${count} x ${title}`).join('; ');
  return new AccountsFailure({ title: counts, message: `${counts}: ${listed}\n${summary}`, parts });
}

/** The short reason for an output: the first line of what a user reads. */
export function reasonOf({ target, error }: FailedTarget, environment: NodeJS.ProcessEnv): string {
  const { title, message } = reportOf(error, target.plan, environment);
  return `${title}: ${message.replaceAll('\n', ' ')}`;
}
