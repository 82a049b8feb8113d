import { secretAccounts } from '../github/masks.ts';
import { loadEvent } from '../github/workflow.ts';
import type { Outset } from '../request/given.ts';
import type { Request } from '../request/request.ts';
import { messageOf } from '../text/action-error.ts';
import { failStep } from './fail-step.ts';
import { reportOf } from './report.ts';
import { summarizeFailure } from './summarize-failure.ts';
import { surroundingsOf } from './surroundings.ts';

/**
 * Fails the step for an error: annotation, log and summary.
 * @param outset what is known of the inputs before they are checked; undefined where they could not be read
 * @param request undefined where the inputs made none
 */
export async function reportFailure(
  error: unknown,
  outset: Outset | undefined,
  request: Request | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  // STS's answer may name an account that no input does.
  if (outset?.maskAccountIds) secretAccounts(messageOf(error));
  await loadEvent(environment);
  const plan = request && { ...request.targets[0].plan, sts: request.sts };
  const report = reportOf(error, plan, surroundingsOf(request, environment));
  failStep(report, error);
  if (outset?.summarizesFailure !== false) await summarizeFailure(report);
}
