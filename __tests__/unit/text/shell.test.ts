import { expect, test } from '@jest/globals';
import { shellWord } from '../../../src/text/shell.ts';

test.each([
  ['repo:acme@1/shop@2:ref:refs/heads/main', 'repo:acme@1/shop@2:ref:refs/heads/main'],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['$(x)', "'$(x)'"],
  ['', "''"],
])('%s becomes %s', (word, written) => {
  expect(shellWord(word)).toBe(written);
});
