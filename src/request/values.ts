import { nearest } from './nearest.ts';
import type { Problems } from './problems.ts';

/** Reading one input's text: booleans, numbers, choices and lists, each with the rule it follows. */

/**
 * `true` or `false` in any case.
 * @param rule for the message, where the input has another word besides, which the caller has read
 */
export function readBoolean(
  input: string,
  text: string,
  problems: Problems,
  rule = 'must be true or false',
): boolean {
  const word = text.trim().toLowerCase();
  if (word !== 'true' && word !== 'false') problems.add(input, text, rule);
  return word === 'true';
}

/** What a number may be. `unit` is a plural, as in `seconds`. */
export interface NumberRule {
  readonly least: number;
  readonly most: number;
  /** An example for a message, and the value of what cannot be read. */
  readonly usual: number;
  readonly unit: string;
}

/** A whole decimal number within its bounds. */
export function readNumber(input: string, text: string, rule: NumberRule, problems: Problems): number {
  const digits = text.trim();
  const number = Number(digits);
  if (!/^\d+$/.test(digits)) {
    problems.add(
      input,
      text,
      `is not a whole number of ${rule.unit}: write digits alone, as in ${rule.usual || 600}`,
    );
  } else if (number < rule.least || number > rule.most) {
    problems.add(input, text, `must be from ${rule.least} to ${rule.most} ${rule.unit}`);
  } else {
    return number;
  }
  return rule.usual;
}

/** One of a few words. @returns the first of them for what cannot be read */
export function readChoice<Word extends string>(
  input: string,
  text: string,
  words: readonly [Word, ...Word[]],
  problems: Problems,
): Word {
  const given = text.trim();
  const found = words.find((word) => word === given);
  if (found) return found;
  const near = nearest(given, words);
  problems.add(input, text, `must be one of ${words.join(', ')}${near ? `: did you mean ${near}?` : ''}`);
  return words[0];
}

/** One entry a line; blank lines and white space around an entry are dropped. */
export function readLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** One entry a line, or between commas; blank lines are dropped, an entry between two commas may be `''`. */
export function readLinesOrCommas(text: string): string[] {
  return readLines(text).flatMap((line) => line.split(',').map((entry) => entry.trim()));
}

/** Whether {@link readLinesWithoutGaps} reports an empty line. */
export const hasGaps = (text: string): boolean =>
  text
    .split(/\r\n|\r|\n/)
    .slice(0, -1)
    .some((line) => line.trim() === '');

/**
 * As {@link readLines}, but an empty line is an error: it is what a variable or secret that does not exist leaves. One line
 * end after the last entry is YAML's own.
 */
export function readLinesWithoutGaps(input: string, text: string, problems: Problems): string[] {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  if (lines.at(-1) === '') lines.pop();
  if (lines.every((line) => line === '')) return [];
  for (const [index, line] of lines.entries()) {
    if (line !== '') continue;
    const why = 'a variable or secret that does not exist leaves an empty line';
    problems.say(input, `line ${index + 1} is empty: ${why}. Remove the line, or set what belongs there`);
  }
  return lines.filter((line) => line !== '');
}
