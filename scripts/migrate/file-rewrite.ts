import type { Candidate } from './candidate.ts';
import { refusedInputs } from './check.ts';
import type { Place } from './document.ts';
import type { Edits } from './edits.ts';
import type { Conversion, Fate } from './inputs.ts';
import { withoutRole } from './keys.ts';
import { offsetOf } from './mapping.ts';
import type { Merge } from './merge.ts';
import { readsOutputs, rewriteOutputs, withNewNames, type Finding } from './outputs.ts';
import { rewriteUses, type Action } from './pins.ts';
import { inputsOf, rewriteInputs, settingsOf } from './step.ts';

/** A remark about a line of the new text. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** A file whose steps are being rewritten, and the remarks about it. */
export class FileRewrite {
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
  leaves(one: Candidate): boolean {
    const { conversion, blocker, theirs, uses } = one;
    if (conversion && blocker === undefined) return false;
    const text =
      blocker === undefined
        ? withoutRole(theirs, readsOutputs(idOf(one), one.places, this.edits.text))
        : `This step was left as it is: ${blocker}`;
    this.#decisions.push({ offset: offsetOf(uses), text });
    return true;
  }

  rewrite(
    done: readonly Candidate[],
    { action, merge }: { action: Action; merge: boolean },
    merges: readonly Merge[],
  ): void {
    const written = new Set<unknown>();
    const chosen = merge ? merges : [];
    for (const one of done) {
      const offset = offsetOf(one.uses);
      const merged = chosen.find(({ second }) => second === one);
      const first = chosen.find((each) => each.first === one);
      if (first) {
        this.#removeStep(first);
        continue;
      }
      const found = merged?.conversion ?? one.conversion;
      if (!found) continue;
      const conversion = renamed(found, done.filter(sharesPlace(one)).flatMap(idOf));
      this.#rewriteStep(one, conversion, action, written);
      const proposal = merges.find(({ second }) => second === one);
      if (merged)
        this.#decisions.push({
          offset,
          text:
            merged.roles.length === 2
              ? `Two steps became one: it assumes both roles, and only the last one's credentials reach the job. Make sure that nothing else used those of ${merged.name}.`
              : `${merged.roles.length} steps became one: it assumes all their roles, and only the last one's credentials reach the job. Make sure that nothing else used those of the other steps.`,
        });
      else if (proposal)
        this.#notes.push({
          offset,
          text: `This step and ${proposal.name} can become one, so that the first role's credentials never reach the job. Run the script with --merge to see it.`,
        });
    }
  }

  /** The comments of a removed step move to the step that replaces it. */
  #removeStep({ lines: { range, comments, indent }, above }: Merge): void {
    const [from, to] = range;
    const { text } = this.edits;
    const isBlank = (line: number): boolean =>
      text.slice(this.edits.lineStart(line), this.edits.lineAfter(line + 1)).trim() === '';
    const next = this.edits.lineAfter(to + 1);
    // Only one of the two blank lines around the step is left.
    this.edits.replace(from, to < above && from > 0 && isBlank(from - 1) && isBlank(to) ? next : to, '');
    const end = this.edits.lineEndAt(above);
    this.edits.insertAt(above, comments.map((comment) => indent + comment.trimEnd() + end).join(''));
  }

  #rewriteStep(one: Candidate, conversion: Conversion, action: Action, written: Set<unknown>): void {
    const { step, uses, document, release, ref } = one;
    const offset = offsetOf(uses);
    const settings = settingsOf(step, document) ?? step;
    const usual = inputsOf(step, document);
    if (!written.has(settings)) rewriteInputs(step, conversion, document, this.edits);
    written.add(settings);
    const [from = 0, to = 0] = uses.range ?? [];
    const pinned = written.has(uses)
      ? { decisions: [], notes: [] }
      : rewriteUses(from, to, action, this.edits);
    written.add(uses);
    const unknown = release.certain
      ? []
      : [
          `The release of the other action behind @${ref} is unknown. The script assumed ${release.version}. If that is wrong, undo the change and run the script with --from-version.`,
        ];
    const refused = refusedInputs(finalInputs(usual, conversion), conversion.byToken);
    const decisions = [...unknown, ...pinned.decisions, ...conversion.decisions, ...refused];
    for (const text of decisions) this.#decisions.push({ offset, text });
    for (const text of [...pinned.notes, ...conversion.notes]) this.#notes.push({ offset, text });
  }

  /** Renames what reads the outputs of rewritten steps. */
  rename(place: Place, done: readonly Candidate[]): void {
    const rewritten = done.filter(({ places }) => places.includes(place));
    this.#decisions.push(...rewriteOutputs(rewritten.flatMap(idOf), place.range, this.edits));
  }

  remarks(): { decisions: Remark[]; notes: Remark[] } {
    const lines = (list: readonly Finding[]): Remark[] => {
      const all = list.map(({ offset, text }) => ({ line: this.edits.newLine(offset), text }));
      const distinct = new Map(all.map((one) => [`${one.line} ${one.text}`, one]));
      return [...distinct.values()].sort((a, b) => a.line - b.line);
    };
    return { decisions: lines(this.#decisions), notes: lines(this.#notes) };
  }
}

function idOf({ step }: Candidate): string[] {
  const id: unknown = step.get('id');
  return typeof id === 'string' && /^[\w-]+$/.test(id) ? [id] : [];
}

const sharesPlace = (one: Candidate) => (other: Candidate) =>
  other.places.some((place) => one.places.includes(place));

/** Values that are written anew may read outputs too. */
function renamed(conversion: Conversion, ids: readonly string[]): Conversion {
  const pairs = (list: Conversion['added']): [string, string][] =>
    list.map(([name, value]) => [name, withNewNames(value, ids)]);
  const fates = [...conversion.fates].map(([name, fate]): [string, Fate] => [
    name,
    fate.kind === 'replace' ? { ...fate, value: withNewNames(fate.value, ids) } : fate,
  ]);
  return {
    ...conversion,
    ...{ fates: new Map(fates), added: pairs(conversion.added), variables: pairs(conversion.variables) },
  };
}

/** The inputs that a rewritten step has. */
function finalInputs(usual: ReadonlyMap<string, string>, { fates, added }: Conversion): Map<string, string> {
  const kept = [...fates].flatMap(([name, fate]): [string, string][] => {
    if (fate.kind === 'remove') return [];
    return [[fate.to, fate.kind === 'replace' ? fate.value : (usual.get(name) ?? '')]];
  });
  return new Map([...kept, ...added]);
}
