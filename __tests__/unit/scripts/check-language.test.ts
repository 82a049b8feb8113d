import { expect, test } from '@jest/globals';
import { allowed, languageProblems } from '../../../scripts/check-language.ts';

const problems = (text: string): string[] => languageProblems({ where: 'docs/a.md', text });

test('plain sentences have no problems', () => {
  expect(problems('The step fails before any request. Add the role to the list.')).toEqual([]);
});

test('a word of the list is named, with what to write', () => {
  expect(problems('The variable stands twice.')).toEqual([
    'docs/a.md: "stands twice" (write: is, appears, is listed twice): The variable stands twice.',
  ]);
  for (const word of [
    'is told',
    'cannot go with',
    'is none of',
    'amiss',
    'gave back',
    'passed over',
    'whoever',
  ])
    expect(problems(`It ${word} this.`)).toHaveLength(1);
});

test('a sentence of 30 words is short enough, one of 31 is not', () => {
  const words = (count: number): string =>
    `Word ${Array.from({ length: count - 1 }, () => 'word').join(' ')}.`;
  expect(problems(`${words(30)} ${words(30)}`)).toEqual([]);
  expect(problems(words(31))).toEqual([expect.stringMatching(/^docs\/a\.md: 31 words: Word /)]);
});

test('every exception has a reason', () => {
  for (const { text, reason } of allowed) expect([text, reason.length > 10]).toEqual([text, true]);
});
