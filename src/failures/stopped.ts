import type { Plan } from '../aws/plan.ts';
import type { Interrupted } from '../sts/errors.ts';
import { explain } from './explain.ts';
import { report, type Report, type Surroundings } from './explanation.ts';
import { pathOf } from './network.ts';
import { serviceOf } from './services.ts';

/** A step that was stopped: with the hints of what it was waiting for. */
export function explainStop(
  { reason, message, last, attempt }: Interrupted,
  plan: Plan | undefined,
  surroundings: Surroundings,
): Report {
  if (reason.kind === 'cancelled') return report('Step cancelled', `${message}.`);
  const title = 'timeout-seconds exceeded';
  if (last && plan) {
    const before = explain(last, plan, surroundings);
    // What the network did is the cause. A service that answers may only need more time.
    return last.answer.from === 'service'
      ? {
          ...before,
          title,
          advice: `${message}: raise timeout-seconds, or fix the cause of that answer.`,
          steps: [`the last answer: ${before.advice}`, ...before.steps],
        }
      : { ...before, title, steps: [...before.steps, `or raise timeout-seconds: ${message}`] };
  }
  if (attempt === undefined || !plan)
    return report(title, `${message}: raise timeout-seconds, or find out why this takes so long.`);
  const { environment } = surroundings;
  const service = serviceOf(attempt, plan, surroundings);
  return report(
    title,
    `${message}, and ${service.name} did not answer: check the runner's outbound network, or raise timeout-seconds.`,
    {
      steps: pathOf(service, environment),
    },
  );
}
