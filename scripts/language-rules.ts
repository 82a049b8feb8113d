/** The rules for every text that a person reads: words that a native reader stumbles over, and long sentences. */

type Rule = readonly [pattern: RegExp, instead: string];

/** Words of the first version that were read twice, and what to write instead. */
export const words: readonly Rule[] = [
  [/\b(?:is|are|was|were|be) told\b|\btells\b/i, 'reported, logged, shown'],
  [/\bstands? (?:in|twice|there|beside|below)\b/i, 'is, appears, is listed twice'],
  [/\bcannot go with\b/i, 'cannot be combined with'],
  [/\bis none of\b/i, 'must be one of'],
  [/\bamiss\b|\briddles?\b|\bin (?:its|their) stead\b|\blest\b/i, 'wrong, unclear, instead, so that … not'],
  [
    /\b(?:values?|settings|credentials|ones) of before\b|\bthe old ones\b|\bg[ai]ve(?:s|n)? back\b/i,
    'previous; restored, removed',
  ],
  [/\bempty text\b/i, 'empty string'],
  [/\bpassed over\b/i, 'skipped'],
  [/\bnobody gets\b|\bsomebody else\b/i, 'not delivered; another identity, user or process'],
  [
    /\benter(?:s|ed|ing)? (?:other|an|another|the|every|each|all)(?: \S+)?(?: \S+)? accounts?\b/i,
    'assume a role in an account',
  ],
  [/\bwhose (?:credentials|keys) (?:the|they|it|each)\b/i, 'which identity the credentials belong to'],
  [
    /\bthe proxy wants\b|\bnot now\b|\bclocks apart\b/i,
    'proxy authentication required; throttled; clock skew',
  ],
  [/\bwhoever\b|\bwhosoever\b|\bwhatever created\b/i, 'name who or what'],
  [
    /\bmay stand\b|\bthe hop before\b|\bof a kind of its own\b/i,
    'are allowed; the previous role; its own kind',
  ],
];

/** Private words of earlier versions, as parts of names in code. */
const privateWords =
  /^(?:doors?|rooms?|goods|means|offers?|scenes?|verdicts?|patience|persist|strangers?|hindrances?|retakes?|told|tells|riddles?|kept|whose)$/i;

/** Sentences that stay as they are, each with its reason. */
export const allowed: readonly { readonly text: string; readonly reason: string }[] = [];

/** In a page or a message, a sentence of more words is read twice. */
const mostWords = 30;

/** What a person reads. A comment in code is checked for words, and a name in code for private words. */
export interface Text {
  readonly where: string;
  readonly text: string;
  readonly kind?: 'comment' | 'name';
}

const sentences = (paragraph: string): string[] => paragraph.split(/(?<=[.!?][)"]?) (?=[A-Z"(]|code\b)/);

/** @returns what is wrong with a text, one line a problem */
export function languageProblems({ where, text, kind }: Text): string[] {
  if (kind === 'name') return nameProblems(where, text);
  return text
    .split('\n')
    .flatMap(sentences)
    .flatMap((sentence) => {
      if (allowed.some((one) => sentence.includes(one.text))) return [];
      const count = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      const isLong = kind === undefined && count > mostWords;
      const long = isLong ? [`${where}: ${count} words: ${sentence}`] : [];
      const found = words.flatMap(([pattern, instead]) => {
        const [word] = pattern.exec(sentence) ?? [];
        return word === undefined ? [] : [`${where}: "${word}" (write: ${instead}): ${sentence}`];
      });
      return [...long, ...found];
    });
}

function nameProblems(where: string, name: string): string[] {
  const word = name.split(/(?=[A-Z])|[_-]/).find((part) => privateWords.test(part));
  return word === undefined ? [] : [`${where}: "${word}" in the name ${name} (write: a usual word)`];
}
