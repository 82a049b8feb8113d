import type { Edits } from './edits.ts';
import { outputs } from './inputs.ts';

/** What reads the outputs of rewritten steps, within their job. */

/** A remark about a place in the original text. */
export interface Finding {
  readonly offset: number;
  readonly text: string;
}

const property = (name: string): string =>
  `(?:\\s*\\.\\s*${name}|\\s*\\[\\s*['"]${name}['"]\\s*\\])(?![\\w-])`;

/**
 * Renames the outputs of the steps with these ids.
 * @returns what may still read an old name
 */
export function rewriteOutputs(
  ids: readonly string[],
  [begin, end]: readonly [number, number],
  edits: Edits,
): Finding[] {
  const found = ids.flatMap((id) => rewriteOutputsOf(id, [begin, end], edits));
  return ids.length === 0 ? found : [...found, ...unreached(ids, [begin, end], edits)];
}

const readsOf = (id: string): RegExp =>
  new RegExp(
    `(?<![\\w.-])steps${property(id)}${property('outputs')}(\\s*(?:\\.|\\[\\s*['"])\\s*)?([\\w-]*)`,
    'gi',
  );

/** Whether the outputs of steps with these ids are read where they can be. */
export const readsOutputs = (
  ids: readonly string[],
  places: readonly { readonly range: readonly [number, number] }[],
  text: string,
): boolean => ids.some((id) => places.some(({ range }) => readsOf(id).test(text.slice(...range))));

/** A text that is written anew, with the new names. */
export function withNewNames(text: string, ids: readonly string[]): string {
  return ids.reduce(
    (changed, id) =>
      changed.replaceAll(readsOf(id), (all, _dot, name: string) => {
        const ours = outputs[name.toLowerCase()];
        return ours === undefined ? all : all.slice(0, all.length - name.length) + ours;
      }),
    text,
  );
}

function rewriteOutputsOf(id: string, [begin, end]: readonly [number, number], edits: Edits): Finding[] {
  const found: Finding[] = [];
  for (const match of edits.text.slice(begin, end).matchAll(readsOf(id))) {
    const [all, dot, name = ''] = match;
    const from = begin + match.index + all.length - name.length;
    const ours = outputs[name.toLowerCase()];
    if (dot === undefined || name === '')
      found.push({
        offset: begin + match.index,
        text: `All outputs of ${id} are read here. They have other names now: check what reads them.`,
      });
    else if (ours !== undefined && !edits.covers(from)) edits.replace(from, from + name.length, ours);
  }
  return found;
}

/** Old names that are read in another way: by a wildcard, by a computed name, or as a whole. */
function unreached(ids: readonly string[], [begin, end]: readonly [number, number], edits: Edits): Finding[] {
  const names = Object.keys(outputs).join('|');
  const text = edits.text.slice(begin, end);
  const found: Finding[] = [];
  for (const match of text.matchAll(new RegExp(`(?:\\.|\\[\\s*['"])\\s*(${names})(?![\\w-])`, 'gi'))) {
    const [all, name = ''] = match;
    const offset = begin + match.index + all.length - name.length;
    if (edits.covers(offset)) continue;
    const [line = ''] = /[^\n]*$/.exec(text.slice(0, match.index)) ?? [];
    const [, id] =
      /steps\s*(?:\.\s*|\[\s*['"])([\w-]+)(?:['"]\s*\])?\s*(?:\.\s*outputs|\[\s*['"]outputs['"]\s*\])\s*$/i.exec(
        line,
      ) ?? [];
    if (!/\bsteps\b/i.test(line) || /\b(needs|jobs)\s*\.\s*[\w-]+\s*\.\s*outputs\s*$/i.test(line)) continue;
    // Another step's output, or one of a step that does not exist.
    if (id !== undefined) continue;
    found.push({
      offset,
      text: `${name} is read here, and it is not clear from which step. If it is ${ids.join(' or ')}, the output is called ${outputs[name.toLowerCase()] ?? ''} now.`,
    });
  }
  for (const match of text.matchAll(/\btoJSON\s*\(\s*steps\s*(?:\)|\[)/gi))
    found.push({
      offset: begin + match.index,
      text: `The outputs of all steps are read here. Those of ${ids.join(' and ')} have other names now: check what reads them.`,
    });
  return found;
}
