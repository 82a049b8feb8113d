import type { Base } from '../aws/plan.ts';
import type { Delivery } from './delivery.ts';
import type { Inputs } from './inputs.ts';
import { sourceReaders } from './source-readers.ts';
import type { StepSettings } from './step-settings.ts';

/** What is not wrong, but will not do what it seems to say. @param seconds of the last role's session */
export function warningsFor(
  inputs: Inputs,
  base: Base,
  { limits }: StepSettings,
  delivery: Delivery,
  seconds: number,
): string[] {
  const warnings: string[] = [];
  const unused = sourceReaders[base.kind].ignoresAudience;
  if (inputs.audience.trim() !== '' && unused) warnings.push(`audience is not used: ${unused}.`);
  if (limits.propagationWaitSeconds >= limits.timeoutSeconds) {
    warnings.push(
      'propagation-wait-seconds is not less than timeout-seconds, which ends the step first: raise timeout-seconds.',
    );
  }
  if (delivery.kind !== 'keys' && Number(inputs['min-remaining-seconds']) > 0) {
    warnings.push('min-remaining-seconds is not used: a profile renews its credentials by itself.');
  }
  if (delivery.kind === 'keys' && delivery.minRemainingSeconds >= seconds) {
    warnings.push(
      `min-remaining-seconds (${delivery.minRemainingSeconds}) is not less than duration-seconds (${seconds}), so credentials are never reused. Lower min-remaining-seconds.`,
    );
  }
  if (delivery.kind === 'keys' && !delivery.exportEnv && !delivery.outputCredentials) {
    warnings.push(
      'The credentials are not delivered anywhere: export-env is false, and output-credentials is not true.',
    );
  }
  return warnings;
}
