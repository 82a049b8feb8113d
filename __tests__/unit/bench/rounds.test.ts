import { expect, test } from '@jest/globals';
import { inTurn, median, table } from '../../../bench/rounds.ts';

test('rounds are run in turn; the first does not count', () => {
  let round = 0;
  expect(inTurn(3, () => ({ a: round, b: 10 * round++ }))).toEqual({ a: [1, 2, 3], b: [10, 20, 30] });
});

test('the median of an odd count is the middle one, of an even one between the middle two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test('a table has its figures to the right', () => {
  expect(table(['what', 'ms'], [['a step', '1.5']])).toBe('| what | ms |\n| --- | --: |\n| a step | 1.5 |');
});
