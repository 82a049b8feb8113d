import type { FailedTarget } from '../chain/assume-targets.ts';
import { say, sayGroup, warn } from '../github/log.ts';
import { secretAccounts } from '../github/masks.ts';
import { appendSummary } from '../github/job-summary.ts';
import { stepName } from '../github/workflow.ts';
import type { Request } from '../request/request.ts';
import { isInterrupted } from '../sts/errors.ts';
import { accountsReport } from './accounts.ts';
import { AccountsFailure } from './accounts-failure.ts';
import type { Report } from './explanation.ts';
import { accountLines } from './fail-step.ts';
import { accountsTitle } from './titles.ts';
import { surroundingsOf } from './surroundings.ts';
import { annotationOf, reportMarkdown } from './render.ts';

/**
 * Fails for accounts that failed, or reports them as left out (`continue-on-account-error`, unless all failed).
 * @returns the reason for each profile's name
 * @throws AccountsFailure; Interrupted, where the step was stopped
 */
export async function leaveOut(
  failed: readonly FailedTarget[],
  request: Request,
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, string>> {
  const stopped = failed.find(({ error }) => isInterrupted(error));
  if (stopped) throw stopped.error;
  const { step, targets } = request;
  const total = targets.length;
  const report = accountsReport(failed, total, surroundingsOf(request, environment));
  if (step.maskAccountId) secretAccounts(JSON.stringify(report));
  if (!step.continueOnAccountError || failed.length === total) throw new AccountsFailure(report);
  const title = accountsTitle(failed.length, total, 'left out');
  await reportLeftOut({ ...report, title }, step.jobSummary === 'never' ? undefined : stepName(environment));
  const accounts = (report.groups ?? []).flatMap((group) => group.accounts);
  return new Map(accounts.map(({ name, reason }) => [name, reason]));
}

/** @param step its name in the summary; undefined where it writes none */
async function reportLeftOut(report: Report, step: string | undefined): Promise<void> {
  const { message, rest } = annotationOf(report);
  warn(message, report.title);
  for (const line of rest) say(line);
  for (const { title, lines } of accountLines(report)) sayGroup(title, lines);
  if (step !== undefined) await appendSummary(reportMarkdown(report, step));
}
