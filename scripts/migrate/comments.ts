import { Lexer } from 'yaml';
import { versionIn } from './versions.ts';

/** The lines of a step in block style, with the comments that belong to it. */
export interface StepLines {
  /** From the first comment above the step to the last one below it that is further to the right. */
  readonly range: readonly [number, number];
  /** The comments above, within and below the step, without those about a version of the other action. */
  readonly comments: readonly string[];
  /** What is before the step's dash on its line. */
  readonly indent: string;
}

/**
 * @param begin where the step begins, after its dash, @param end where it ends
 * @returns undefined for a step that shares a line with something else
 */
export function stepLines(begin: number, end: number, text: string): StepLines | undefined {
  const line = text.lastIndexOf('\n', begin - 1) + 1;
  const [, indent] = /^(\s*)-\s+$/.exec(text.slice(line, begin)) ?? [];
  if (indent === undefined) return undefined;
  const from = aboveStep(line, indent.length, text);
  const to = belowStep(text[end - 1] === '\n' ? end : lineAfter(end, text), indent.length, text);
  return { range: [from, to], comments: commentsIn(text.slice(from, to)), indent };
}

const lineAfter = (offset: number, text: string): number => {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
};

/** Comments that are directly above a step belong to it, unless they are further to the right than its dash. */
function aboveStep(line: number, column: number, text: string): number {
  const above = text.lastIndexOf('\n', line - 2) + 1;
  const [, blanks] = /^([ \t]*)#/.exec(text.slice(above, line)) ?? [];
  const isIts = line > 0 && blanks !== undefined && blanks.length <= column;
  return isIts ? aboveStep(above, column, text) : line;
}

/** Comments that are further to the right than the dash belong to the step above them. */
function belowStep(line: number, column: number, text: string): number {
  const next = lineAfter(line, text);
  const [, blanks = ''] = /^( *)#/.exec(text.slice(line, next)) ?? [];
  return blanks.length > column ? belowStep(next, column, text) : line;
}

/** In a step's lines, as they are written. A `#` in a quoted text or a block does not begin a comment. */
function commentsIn(lines: string): string[] {
  const comments: string[] = [];
  let offset = 0;
  let before = '';
  for (const token of new Lexer().lex(lines)) {
    // The lexer announces scalars and documents by marks that are not in the text.
    const isMark = ['\u0002', '\u0018', '\u001f'].includes(token);
    const beside = lines.slice(lines.lastIndexOf('\n', offset - 1) + 1, offset);
    const isVersion = beside.includes('uses') && versionIn(token, false) !== undefined;
    if (token.startsWith('#') && before !== '\u001f' && !isVersion) comments.push(token);
    offset += isMark ? 0 : token.length;
    before = token;
  }
  return comments;
}
