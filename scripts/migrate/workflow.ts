import { parseAllDocuments, type YAMLMap } from 'yaml';
import { candidatesIn, type Candidate } from './candidate.ts';
import { refusedInputs } from './check.ts';
import { placesIn, type Place } from './document.ts';
import { Edits } from './edits.ts';
import { withoutRole } from './keys.ts';
import { leftovers } from './leftovers.ts';
import { offsetOf } from './mapping.ts';
import { mergePairs, type Merge } from './merge.ts';
import { rewriteOutputs, type Finding } from './outputs.ts';
import { rewriteUses, type Action } from './pins.ts';
import { inputsOf, rewriteInputs, settingsOf } from './step.ts';
import type { Conversion } from './inputs.ts';
import type { Version } from './versions.ts';

/** Rewrites the steps of a workflow, a composite action or a part of one, and nothing else in it. */

export interface Options {
  /** What takes the place of the other action. */
  readonly action: Action;
  /** Take this action's defaults for the session's name, tags, duration and masking. */
  readonly modern: boolean;
  /** Make one step of two that chain, where nothing between them uses the first. */
  readonly merge: boolean;
  /** For references that do not say which release they are. */
  readonly fromVersion: Version | undefined;
}

/** What was done with a file. */
export interface Migration {
  readonly text: string;
  /** How many steps were rewritten. */
  readonly steps: number;
  /** How many were left as they were. */
  readonly left: number;
  /** What somebody must decide. */
  readonly decisions: readonly Remark[];
  /** What is different now, and mostly needs nothing. */
  readonly notes: readonly Remark[];
  /** Whether a step exports keys without a role. */
  readonly hasKeys: boolean;
}

/** What there is to say about a line of the new text. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** Whether a text may have a step of the other action: files without its name need not be parsed. */
export const mayHaveSteps = (text: string): boolean => /aws-actions\/configure-aws-credentials/i.test(text);

/** @throws Error for a file that is no YAML, with the line */
export function migrate(text: string, options: Options): Migration {
  const nothing = { text, steps: 0, left: 0, decisions: [], notes: [], hasKeys: false };
  if (!mayHaveSteps(text)) return nothing;
  const places = placesIn(text);
  const candidates = candidatesIn(places, text, options);
  const work = new Work(new Edits(text));
  const merges = mergePairs(candidates, text);
  const done = candidates.filter((one) => !work.leaves(one));
  work.rewrite(done, options, merges);
  for (const place of places) work.rename(place, done);
  work.say(leftovers(candidates, work.edits));
  const { edits } = work;
  const fault = faultIn(edits.result);
  if (fault !== undefined) {
    const why = `This file was left as it was, because the result would not be right: ${fault}`;
    return { ...nothing, left: candidates.length, decisions: [{ line: 1, text: why }] };
  }
  return {
    text: edits.result,
    steps: done.length,
    left: candidates.length - done.length,
    ...work.remarks(),
    hasKeys: candidates.some(
      ({ conversion, theirs }) => !conversion && theirs.value('aws-access-key-id').kind !== 'absent',
    ),
  };
}

/** What would make the new text of no use. */
function faultIn(text: string): string | undefined {
  try {
    for (const document of parseAllDocuments(text, { logLevel: 'error' })) {
      const [error] = document.errors;
      if (error) return error.message.split('\n')[0];
      document.toJS();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A file on the way. */
class Work {
  readonly edits: Edits;
  readonly #decisions: Finding[] = [];
  readonly #notes: Finding[] = [];

  constructor(edits: Edits) {
    this.edits = edits;
  }

  say({ decisions, notes }: { decisions: readonly Finding[]; notes: readonly Finding[] }): void {
    this.#decisions.push(...decisions);
    this.#notes.push(...notes);
  }

  /** Reports a step that cannot be rewritten. */
  leaves({ conversion, blocker, theirs, uses }: Candidate): boolean {
    if (conversion && blocker === undefined) return false;
    const text = conversion ? `This step was left as it is: ${blocker ?? ''}` : withoutRole(theirs);
    this.#decisions.push({ offset: offsetOf(uses), text });
    return true;
  }

  rewrite(done: readonly Candidate[], { action, merge }: Options, merges: readonly Merge[]): void {
    const written = new Set<unknown>();
    const chosen = merge ? merges : [];
    for (const one of done) {
      const offset = offsetOf(one.uses);
      const merged = chosen.find(({ second }) => second === one);
      const first = chosen.find((each) => each.first === one);
      if (first) {
        this.edits.replace(...first.range, '');
        continue;
      }
      const conversion = merged?.conversion ?? one.conversion;
      if (!conversion) continue;
      this.#rewriteStep(one, conversion, action, written);
      const proposal = merges.find(({ second }) => second === one);
      if (merged)
        this.#decisions.push({
          offset,
          text: `Two steps became one: it assumes both roles, and only the last one's credentials reach the job. Make sure that nothing else used those of ${merged.name}.`,
        });
      else if (proposal)
        this.#notes.push({
          offset,
          text: `This step and ${proposal.name} can become one, so that the first role's credentials never reach the job. Run the script with --merge to see it.`,
        });
    }
  }

  #rewriteStep(one: Candidate, conversion: Conversion, action: Action, written: Set<unknown>): void {
    const { step, uses, document, release, ref } = one;
    const offset = offsetOf(uses);
    const settings = settingsOf(step, document) ?? step;
    const usual = inputsOf(step, document);
    if (!written.has(settings)) rewriteInputs(step, conversion, document, this.edits);
    written.add(settings);
    const [from = 0, to = 0] = uses.range ?? [];
    const loosened = written.has(uses) ? undefined : rewriteUses(from, to, action, this.edits);
    written.add(uses);
    const unknown = release.certain
      ? []
      : [
          `It is not known which release of the other action @${ref} is. It was taken for ${release.version}. If it is another one, undo the change and run the script with --from-version.`,
        ];
    const refused = refusedInputs(finalInputs(usual, conversion), conversion.byToken);
    const decisions = [
      ...unknown,
      ...(loosened === undefined ? [] : [loosened]),
      ...conversion.decisions,
      ...refused,
    ];
    for (const text of decisions) this.#decisions.push({ offset, text });
    for (const text of conversion.notes) this.#notes.push({ offset, text });
  }

  /** Renames what reads the outputs of rewritten steps. */
  rename(place: Place, done: readonly Candidate[]): void {
    const idOf = (step: YAMLMap): string[] => {
      const id: unknown = step.get('id');
      return typeof id === 'string' && /^[\w-]+$/.test(id) ? [id] : [];
    };
    const rewritten = done.filter(({ places }) => places.includes(place)).map(({ step }) => step);
    this.#decisions.push(...rewriteOutputs(rewritten.flatMap(idOf), place.range, this.edits));
  }

  remarks(): Pick<Migration, 'decisions' | 'notes'> {
    const lines = (list: readonly Finding[]): Remark[] => {
      const all = list.map(({ offset, text }) => ({ line: this.edits.newLine(offset), text }));
      const distinct = new Map(all.map((one) => [`${one.line} ${one.text}`, one]));
      return [...distinct.values()].sort((a, b) => a.line - b.line);
    };
    return { decisions: lines(this.#decisions), notes: lines(this.#notes) };
  }
}

/** The inputs that a rewritten step has. */
function finalInputs(usual: ReadonlyMap<string, string>, { fates, added }: Conversion): Map<string, string> {
  const kept = [...fates].flatMap(([name, fate]): [string, string][] => {
    if (fate.kind === 'remove') return [];
    return [[fate.to, fate.kind === 'replace' ? fate.value : (usual.get(name) ?? '')]];
  });
  return new Map([...kept, ...added]);
}
