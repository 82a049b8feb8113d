import { expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import {
  readBoolean,
  readChoice,
  readLines,
  readLinesOrCommas,
  readNumber,
} from '../../../src/request/values.ts';
import { found } from './given.ts';

test.each([
  ['true', true],
  ['TRUE', true],
  [' False ', false],
  ['', true],
])('boolean %j', (text, expected) => {
  const problems = new Problems();
  expect(readBoolean('export-env', text, true, problems)).toBe(expected);
  expect(problems.all).toEqual([]);
});

test.each(['yes', '1', 'on', 'truee'])('%j is no boolean', (text) => {
  expect(found((problems) => readBoolean('export-env', text, true, problems))).toEqual([
    `export-env: "${text}" is neither true nor false`,
  ]);
});

const seconds = { least: 900, most: 43_200, otherwise: 3600, unit: 'seconds' };

test.each([
  ['900', 900],
  ['43200', 43_200],
  [' 1800\n', 1800],
  ['', 3600],
])('number %j', (text, expected) => {
  const problems = new Problems();
  expect(readNumber('duration-seconds', text, seconds, problems)).toBe(expected);
  expect(problems.all).toEqual([]);
});

test.each(['899', '43201', '99999999999999999999'])('%j is out of bounds', (text) => {
  expect(found((problems) => readNumber('duration-seconds', text, seconds, problems))).toEqual([
    `duration-seconds: "${text}" is outside of 900 to 43200 seconds`,
  ]);
});

test.each(['15m', '0x10', '1e3', '-900', '900.0', '+900', '٩٠٠'])('%j is no number', (text) => {
  expect(found((problems) => readNumber('duration-seconds', text, seconds, problems))).toEqual([
    `duration-seconds: "${text}" is not a whole number of seconds: write digits alone, as in 3600`,
  ]);
});

test('the example of a number whose default is 0 is another', () => {
  const rule = { least: 0, most: 43_200, otherwise: 0, unit: 'seconds' };
  expect(found((problems) => readNumber('min-remaining-seconds', '1h', rule, problems))[0]).toContain(
    'as in 600',
  );
});

test('a choice, its default, and the word that was meant', () => {
  const words = ['auto', 'oidc'] as const;
  expect(readChoice('credential-source', '', words, new Problems())).toBe('auto');
  expect(readChoice('credential-source', ' oidc ', words, new Problems())).toBe('oidc');
  expect(found((problems) => readChoice('credential-source', 'oicd', words, problems))).toEqual([
    'credential-source: "oicd" is none of auto, oidc: did you mean oidc?',
  ]);
  expect(found((problems) => readChoice('credential-source', 'kerberos', words, problems))).toEqual([
    'credential-source: "kerberos" is none of auto, oidc',
  ]);
});

test('lists take an entry a line, whatever ends a line', () => {
  expect(readLines(' a \r\n\n b\rc\n')).toEqual(['a', 'b', 'c']);
  expect(readLinesOrCommas('a, b\n\nc,,d')).toEqual(['a', 'b', 'c', '', 'd']);
});
