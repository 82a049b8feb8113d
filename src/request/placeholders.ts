import { createHash } from 'node:crypto';
import type { TextRule } from '../aws/limits.ts';
import { quoted } from '../text/quote.ts';
import { nearest } from './nearest.ts';

/**
 * Names and tag values made of facts about the workflow run. GitHub's expressions cannot replace characters, so this is
 * how `dependabot[bot]` or `feature/#2` becomes part of a name that STS accepts.
 */

/** What may be written between braces. */
export const placeholderNames = [
  ...(['owner', 'repo', 'repository', 'ref', 'ref_name', 'sha', 'actor', 'workflow', 'job'] as const),
  ...(['run_id', 'run_attempt', 'event_name', 'environment'] as const),
] as const;

export type PlaceholderName = (typeof placeholderNames)[number];

/** Facts about the workflow run, as they are; `''` for what the runner does not say. */
export type WorkflowFacts = Readonly<Record<PlaceholderName, string>>;

/** What a value must look like: a pattern for one character after the other, and its length in characters. */
export type ValueRule = Pick<TextRule, 'pattern' | 'most'>;

/** Characters of `@` and a hash. */
const hashLength = 9;

/**
 * A fact that STS accepts. What it does not accept becomes `-`, what is too long is cut, and `@` with 8 hex digits of the
 * SHA-256 of the original follows, so that two different facts never become the same value. One that already ends
 * like that gets a hash too: anybody may name a branch.
 */
export function accepted(fact: string, { pattern, most }: ValueRule): string {
  const characters = [...fact];
  const valid = characters.map((character) => (pattern.test(character) ? character : '-'));
  const isSame = valid.every((character, index) => character === characters[index]);
  if (isSame && valid.length <= most && !/@[0-9a-f]{8}$/.test(fact)) return fact;
  const hash = createHash('sha256')
    .update(fact)
    .digest('hex')
    .slice(0, hashLength - 1);
  return `${valid.slice(0, Math.max(0, most - hashLength)).join('')}@${hash}`;
}

/**
 * What to write in place of an expression: the placeholder whose fact is in this text and is not valid as it is.
 * @returns words that follow the rule; undefined where no fact is the cause
 */
export function placeholderHint(
  text: string,
  rule: ValueRule,
  facts: () => WorkflowFacts,
): string | undefined {
  const known = facts();
  const [name] = placeholderNames
    .filter(
      (one) => known[one] !== '' && text.includes(known[one]) && accepted(known[one], rule) !== known[one],
    )
    .sort((a, b) => known[b].length - known[a].length);
  return name && `. Write {${name}} in place of the expression: what it inserts is made valid`;
}

type Piece = { readonly literal: string } | { readonly fact: string };

/**
 * Fills in the placeholders of a text. Literal text is not touched. Where the result would be too long, the longest fact
 * is shortened, by the rule of {@link accepted}.
 * @returns the text, or what is wrong with it, in words that follow the text in quotes
 */
export function fillIn(
  text: string,
  rule: ValueRule,
  facts: () => WorkflowFacts,
): { readonly text: string } | { readonly wrong: string } {
  const pieces: Piece[] = [];
  for (const part of text.split(/(\{[^{}]*\})/)) {
    if (!/^\{.*\}$/.test(part)) {
      pieces.push({ literal: part });
      continue;
    }
    const name = part.slice(1, -1);
    const known = placeholderNames.find((one) => one === name);
    if (known === undefined) return { wrong: unknown(name) };
    const fact = facts()[known];
    if (fact === '') return { wrong: `has the placeholder {${known}}, which ${reasons[known] ?? unset}` };
    pieces.push({ fact });
  }
  return { text: shortened(pieces, rule) };
}

function unknown(name: string): string {
  const near = nearest(name, placeholderNames);
  const hint = near ? `did you mean {${near}}?` : `the placeholders are ${placeholderNames.join(', ')}`;
  return `has the unknown placeholder ${quoted(`{${name}}`)}: ${hint}`;
}

const unset = 'the runner did not set for this run';
const reasons: Partial<Record<PlaceholderName, string>> = {
  environment: "the runner does not give to a step: write the environment's name itself",
};

function shortened(pieces: readonly Piece[], rule: ValueRule): string {
  const facts = pieces.flatMap((piece) => ('fact' in piece ? [piece.fact] : []));
  const longest = facts.reduce((most, fact) => ([...fact].length > [...most].length ? fact : most), '');
  const join = (most: number): string =>
    pieces
      .map((piece) => {
        if ('literal' in piece) return piece.literal;
        return accepted(piece.fact, piece.fact === longest ? { ...rule, most } : rule);
      })
      .join('');
  const whole = join(rule.most);
  const excess = [...whole].length - rule.most;
  const own = [...accepted(longest, rule)].length;
  return excess > 0 && longest !== '' ? join(Math.max(hashLength + 1, own - excess)) : whole;
}
