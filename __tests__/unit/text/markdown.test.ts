import { expect, test } from '@jest/globals';
import { cell, plain, table, prose } from '../../../src/text/markdown.ts';

test('no character of a text means anything', () => {
  expect(plain('a*b_c`d')).toBe('a&#42;b&#95;c&#96;d');
  expect(cell('<img src=x>')).toBe('<code>&#60;img src=x&#62;</code>');
});

test('a table', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
});

test.each([
  ['run `aws iam get-role` first', 'run <code>aws iam get-role</code> first'],
  ['`<b>` and `a*b`', '<code>&#60;b&#62;</code> and <code>a&#42;b</code>'],
  ['a ` alone', 'a &#96; alone'],
  ['*no* code', '&#42;no&#42; code'],
])('the words %s become %s', (words, markdown) => {
  expect(prose(words)).toBe(markdown);
});
