import type { StsSettings } from '../aws/plan.ts';
import { isFlag, isShape, isText, optional } from './record.ts';

/** The place of an STS, as records have it: those of the profiles, and what a step saves for its post step. */
export const isStsSettings = isShape<StsSettings>({
  region: isText,
  endpoint: optional(isText),
  useFips: isFlag,
  useDualstack: isFlag,
});
