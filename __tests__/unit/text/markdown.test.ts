import { expect, test } from '@jest/globals';
import { cell, plain, table } from '../../../src/text/markdown.ts';

test('no character of a text means anything', () => {
  expect(plain('a*b_c`d')).toBe('a&#42;b&#95;c&#96;d');
  expect(cell('<img src=x>')).toBe('<code>&#60;img src=x&#62;</code>');
});

test('a table', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
});
