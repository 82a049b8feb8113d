import { nearest, type Problems } from './problems.ts';

/** Reading one input's text: booleans, numbers, choices and lists, each with the rule it follows. */

/** Which inputs there are, with the text that was given for each: `''` for none. */
export type Given<Name extends string = string> = Readonly<Record<Name, string>>;

/** `true` or `false` in any case; absent is the default. */
export function readBoolean(input: string, text: string, otherwise: boolean, problems: Problems): boolean {
  const word = text.trim().toLowerCase();
  if (word === '') return otherwise;
  if (word !== 'true' && word !== 'false') problems.add(input, text, 'is neither true nor false');
  return word === 'true';
}

/** What a number may be. `unit` is a plural, as in `seconds`. */
export interface NumberRule {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
  readonly unit: string;
}

/** A whole decimal number within its bounds; absent is the default. */
export function readNumber(input: string, text: string, rule: NumberRule, problems: Problems): number {
  const digits = text.trim();
  if (digits === '') return rule.otherwise;
  const number = Number(digits);
  if (!/^\d+$/.test(digits)) {
    problems.add(
      input,
      text,
      `is not a whole number of ${rule.unit}: write digits alone, as in ${rule.otherwise || 600}`,
    );
  } else if (number < rule.least || number > rule.most) {
    problems.add(input, text, `is outside of ${rule.least} to ${rule.most} ${rule.unit}`);
  } else {
    return number;
  }
  return rule.otherwise;
}

/** One of a few words; absent is the first of them. */
export function readChoice<Word extends string>(
  input: string,
  text: string,
  words: readonly [Word, ...Word[]],
  problems: Problems,
): Word {
  const given = text.trim();
  if (given === '') return words[0];
  const found = words.find((word) => word === given);
  if (found) return found;
  const near = nearest(given, words);
  problems.add(input, text, `is none of ${words.join(', ')}${near ? `: did you mean ${near}?` : ''}`);
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
