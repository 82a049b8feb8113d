import type { SourceChoice } from '../request/base.ts';
import { sourceKinds } from '../request/source-readers.ts';
import { sources } from './sources.ts';

/** For the log: which source the chain starts from, and why that one. */
export function choiceLine({ kind, chosenBy, alsoAvailable }: SourceChoice): string {
  const earlier = chosenBy === 'auto' ? sourceKinds.slice(0, sourceKinds.indexOf(kind)) : [];
  const reasons = earlier.map((one) => sources[one].notChosen);
  const how = chosenBy === 'auto' ? `${kind}, chosen automatically` : `credential-source: ${kind}`;
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  const others = alsoAvailable.length > 0 ? `; also available: ${alsoAvailable.join(', ')}` : '';
  return `Starting from ${sources[kind].name} (${how}${why}${others}).`;
}
