import { expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import {
  readBoolean,
  readChoice,
  readLines,
  readLinesOrCommas,
  readLinesWithoutGaps,
  readNumber,
} from '../../../src/request/values.ts';
import { found } from './given.ts';

test.each([
  ['true', true],
  ['TRUE', true],
  [' False ', false],
])('boolean %j', (text, expected) => {
  const problems = new Problems();
  expect(readBoolean('export-env', text, problems)).toBe(expected);
  expect(problems.all).toEqual([]);
});

test.each(['yes', '1', 'on', 'truee'])('%j is no boolean', (text) => {
  expect(found((problems) => readBoolean('export-env', text, problems))).toEqual([
    `export-env: "${text}" must be true or false`,
  ]);
});

const seconds = { least: 900, most: 43_200, usual: 3600, unit: 'seconds' };

test.each([
  ['900', 900],
  ['43200', 43_200],
  [' 1800\n', 1800],
])('number %j', (text, expected) => {
  const problems = new Problems();
  expect(readNumber('duration-seconds', text, seconds, problems)).toBe(expected);
  expect(problems.all).toEqual([]);
});

test.each(['899', '43201', '99999999999999999999'])('%j is out of bounds', (text) => {
  expect(found((problems) => readNumber('duration-seconds', text, seconds, problems))).toEqual([
    `duration-seconds: "${text}" must be from 900 to 43200 seconds`,
  ]);
});

test.each(['15m', '0x10', '1e3', '-900', '900.0', '+900', '٩٠٠'])('%j is no number', (text) => {
  expect(found((problems) => readNumber('duration-seconds', text, seconds, problems))).toEqual([
    `duration-seconds: "${text}" is not a whole number of seconds: write digits alone, as in 3600`,
  ]);
});

test('a number with the default 0 has another example', () => {
  const rule = { least: 0, most: 43_200, usual: 0, unit: 'seconds' };
  expect(found((problems) => readNumber('min-remaining-seconds', '1h', rule, problems))[0]).toContain(
    'as in 600',
  );
});

test('a choice, and the word that was meant', () => {
  const words = ['auto', 'oidc'] as const;
  expect(readChoice('credential-source', ' oidc ', words, new Problems())).toBe('oidc');
  expect(found((problems) => readChoice('credential-source', 'oicd', words, problems))).toEqual([
    'credential-source: "oicd" must be one of auto, oidc: did you mean oidc?',
  ]);
  expect(found((problems) => readChoice('credential-source', 'kerberos', words, problems))).toEqual([
    'credential-source: "kerberos" must be one of auto, oidc',
  ]);
});

test('lists take an entry a line, whatever ends a line', () => {
  expect(readLines(' a \r\n\n b\rc\n')).toEqual(['a', 'b', 'c']);
  expect(readLinesOrCommas('a, b\n\nc,,d')).toEqual(['a', 'b', 'c', '', 'd']);
});

test.each<[string, string[], string[]]>([
  ['a', ['a'], []],
  ['a\nb\n', ['a', 'b'], []],
  ['', [], []],
  ['\n\n', [], []],
  ['a\n\nb', ['a', 'b'], ['line 2']],
  ['a\n\n', ['a'], ['line 2']],
  ['\na', ['a'], ['line 1']],
  ['a\r\n \r\n\r\nb', ['a', 'b'], ['line 2', 'line 3']],
])('gaps in %j', (text, lines, gaps) => {
  let read: string[] = [];
  const problems = found((collected) => (read = readLinesWithoutGaps('role-arn', text, collected)));
  expect(read).toEqual(lines);
  expect(problems).toEqual(gaps.map((gap) => expect.stringContaining(`role-arn: ${gap} is empty: `)));
});
