import { isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from 'yaml';
import { oneLine } from '../text/log-line.ts';
import { quoted } from '../text/quote.ts';
import type { InputName } from './inputs.ts';
import type { Problems } from './problems.ts';

/** Inputs that are YAML, and so JSON as well. */

/** The input, and for a file its path, which goes before each place in it. */
export interface YamlOrigin {
  readonly input: InputName;
  readonly file?: string | undefined;
}

/** `line 3, column 1`, for an offset in the text. */
export type At = (offset: number | undefined) => string;

/**
 * Reads a text. What is wrong is reported with its line and column. Every value is taken as it is written: an external
 * id 0012 is not the number 12.
 * @returns undefined where it cannot be read
 */
export function readYaml(
  text: string,
  origin: YamlOrigin,
  problems: Problems,
): { readonly contents: Document['contents']; readonly at: At } | undefined {
  try {
    return parse(text, origin, problems);
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    problems.say(origin.input, tooDeep);
    return undefined;
  }
}

function parse(text: string, { input, file }: YamlOrigin, problems: Problems): ReturnType<typeof readYaml> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    // The parser compares each key with each other one, which takes minutes for a large list.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const at: At = (offset) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${file === undefined ? '' : `${quoted(file)}, `}line ${line}, column ${col}`;
  };
  // Of broken text the first errors say enough: the others follow from them.
  for (const { message, pos } of document.errors.slice(0, mostErrors)) {
    const words = inOurWords.find(([theirs]) => theirs.test(message))?.[1] ?? oneLine(message);
    problems.say(input, `${at(pos[0])}: ${words}`);
  }
  if (document.errors.length > 0) return undefined;
  for (const { code, pos } of document.warnings) {
    if (code === 'TAG_RESOLVE_FAILED')
      problems.say(input, `${at(pos[0])}: tags (!) are not accepted: write the value out`);
  }
  const repeats: unknown[] = [];
  visit(document, {
    Map: (_, map) => {
      repeats.push(...repeatedKeys(map));
    },
    Alias: (_, { range }) => {
      problems.say(input, `${at(range?.[0])}: aliases (*) are not accepted: write the entry out`);
    },
  });
  for (const key of repeats) problems.say(input, `${at(offsetOf(key))}: a name is listed twice`);
  return repeats.length > 0 ? undefined : { contents: document.contents, at };
}

/** Errors of one text. */
const mostErrors = 10;

/** Keys that are in the same mapping before. */
function repeatedKeys({ items }: YAMLMap): unknown[] {
  const seen = new Set<unknown>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    if (seen.has(key.value)) return [key];
    seen.add(key.value);
    return [];
  });
}

const tooDeep = 'is nested too deeply to be read';

/** What a parser says to programmers. */
const inOurWords: readonly (readonly [RegExp, string])[] = [
  [/^Maximum call stack|: Stack overflow$/, tooDeep],
  [/multiple documents/, 'a second document begins: remove the line ---'],
  [/^Unresolved alias/, 'aliases (*) are not accepted: write the entry out'],
];

/** Where a node begins in the text. */
export const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: [number, number, number] | null } | null)?.range?.[0];
