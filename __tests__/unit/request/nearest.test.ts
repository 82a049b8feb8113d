import { expect, test } from '@jest/globals';
import { nearest } from '../../../src/request/nearest.ts';

test.each([
  ['oicd', 'oidc'],
  ['OIDC', 'oidc'],
  ['ambiant', 'ambient'],
  ['acess_key', 'access-key'],
  ['vault', undefined],
  ['', undefined],
])('nearest to %j is %j', (word, expected) => {
  expect(nearest(word, ['oidc', 'ambient', 'access-key'])).toBe(expected);
});

test('nearest of nothing is nothing', () => {
  const found = nearest('a', [] as string[]);
  expect(found).toBeUndefined();
});
