import type { SourceChoice } from '../request/base.ts';
import { sourceKinds } from '../request/source-readers.ts';
import { sources } from './sources.ts';

/** For the log: which source the chain starts from, and why that one. */
export function choiceLine({ kind, chosenBy, alsoAvailable }: SourceChoice): string {
  const how =
    chosenBy === 'auto' ? `${kind}, chosen automatically${reasons(kind)}` : `credential-source: ${kind}`;
  const others = alsoAvailable.length > 0 ? `; also available: ${alsoAvailable.join(', ')}` : '';
  return `Starting from ${sources[kind].name} (${how}${others}).`;
}

/** Why none of the sources that `auto` looks for before this one. */
function reasons(kind: SourceChoice['kind']): string {
  const missing = sourceKinds.slice(0, sourceKinds.indexOf(kind)).map((one) => sources[one].missing);
  const last = missing.pop();
  if (last === undefined) return '';
  return missing.length === 0 ? `: ${last} was given` : `: ${missing.join(', ')} and ${last} were given`;
}
