import { isMap, type Document, type Scalar, type YAMLMap } from 'yaml';
import { convert } from './convert.ts';
import { aliasesOf, usesOf, type Place } from './document.ts';
import { effectiveSettings, type Effective } from './effective.ts';
import type { Conversion } from './inputs.ts';
import { blockerIn, inputsOf, settingsOf, unreadable } from './step.ts';
import { releaseOf, type Release, type Version } from './versions.ts';

/** The steps of a file that use the other action, each with what it would become. */

export interface Candidate {
  readonly step: YAMLMap;
  readonly uses: Scalar<string>;
  readonly document: Document.Parsed;
  /** Where it is used; through an alias, in more than one job. */
  readonly places: readonly Place[];
  readonly ref: string;
  readonly release: Release;
  readonly theirs: Effective;
  readonly conversion: Conversion | undefined;
  /** Why it must be left as it is. */
  readonly blocker: string | undefined;
}

/** @param text the file, @param fromVersion for references that do not say which release they are */
export function candidatesIn(
  places: readonly Place[],
  text: string,
  { fromVersion, modern }: { fromVersion: Version | undefined; modern: boolean },
): Candidate[] {
  const byStep = new Map<YAMLMap, Place[]>();
  for (const place of places)
    for (const step of place.steps)
      if (usesOf(step, place.document)) byStep.set(step, [...(byStep.get(step) ?? []), place]);
  const candidates = [...byStep].flatMap(([step, used]): Candidate[] => {
    const [place] = used;
    const uses = place && usesOf(step, place.document);
    if (!place || !uses) return [];
    const { document } = place;
    const ref = uses.value.trim().split('@')[1] ?? '';
    const release = releaseOf(ref, commentBeside(uses, text), fromVersion);
    const given = { inputs: inputsOf(step, document), step: step.toJS(document) as unknown };
    const all = used.map(({ surroundings }) => effectiveSettings(given, surroundings, release));
    const conversions = all.map((theirs) => convert(theirs, modern));
    const [theirs] = all;
    const [conversion] = conversions;
    if (!theirs) return [];
    const differs = conversions.some((one) => written(one) !== written(conversion));
    const blocker = differs
      ? 'it is shared with another job (&, *), where it would need other inputs.'
      : (unreadable(step, document) ?? (conversion && blockerIn(step, uses, conversion, document, text)));
    return [{ step, uses, document, places: used, ref, release, theirs, conversion, blocker }];
  });
  return candidates.map((one) => ({ ...one, blocker: one.blocker ?? sharedBlocker(one, candidates) }));
}

function commentBeside({ range }: Scalar, text: string): string {
  const end = range?.[1] ?? 0;
  if (text[end - 1] === '\n') return '';
  return /^[^\r\n]*?(#[^\r\n]*)/.exec(text.slice(end))?.[1] ?? '';
}

const written = (conversion: Conversion | undefined): string =>
  conversion === undefined
    ? ''
    : JSON.stringify([[...conversion.fates], conversion.added, conversion.variables]);

/** What is shared by an anchor can be rewritten if all that share it are rewritten alike. */
function sharedBlocker(one: Candidate, all: readonly Candidate[]): string | undefined {
  const { step, uses, document, conversion } = one;
  const settings = settingsOf(step, document);
  if (isMap(settings)) {
    const sharers = all.filter((other) => settingsOf(other.step, other.document) === settings);
    const alike = sharers.every(
      (other) => !other.blocker && written(other.conversion) === written(conversion),
    );
    if (aliasesOf(settings, document) + 1 > sharers.length || !alike)
      if (aliasesOf(settings, document) > 0) return 'its inputs are shared with other steps (&, *).';
  }
  if (aliasesOf(uses, document) === 0) return undefined;
  const sharers = all.filter((other) => other.uses === uses && other.conversion && !other.blocker);
  return aliasesOf(uses, document) + 1 > sharers.length
    ? 'its uses: is shared with other steps (&, *).'
    : undefined;
}
