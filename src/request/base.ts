import type { Base } from '../aws/plan.ts';
import type { Inputs } from './inputs.ts';
import type { Problems } from './problems.ts';
import { sourceKinds, sourceReaders, type SourceFacts, type SourceKind } from './source-readers.ts';
import { readChoice } from './values.ts';

/** Which base credentials the chain starts from: chosen once, here, and never inferred again. */

/** Which source, and how it was chosen. */
export interface SourceChoice {
  readonly kind: SourceKind;
  /** `input`: by `credential-source`. */
  readonly chosenBy: 'auto' | 'input';
  /** Other sources that this step could have started from, without `ambient`, which nobody knows before it is tried. */
  readonly alsoAvailable: readonly SourceKind[];
}

/** @param audience of an OIDC token */
export function readBase(
  inputs: Inputs,
  audience: string,
  facts: SourceFacts,
  problems: Problems,
): { base: Base; choice: SourceChoice } {
  const wanted = readChoice(
    'credential-source',
    inputs['credential-source'],
    ['auto', ...sourceKinds],
    problems,
  );
  const available = sourceKinds.filter((kind) => sourceReaders[kind].available(inputs, facts));
  const kind = wanted === 'auto' ? (available[0] ?? 'ambient') : wanted;
  const choice: SourceChoice = {
    kind,
    chosenBy: wanted === 'auto' ? 'auto' : 'input',
    alsoAvailable: available.filter((one) => one !== kind && one !== 'ambient'),
  };
  return { base: sourceReaders[kind].read(inputs, audience, facts, problems), choice };
}
