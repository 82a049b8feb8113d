import { expect, test } from '@jest/globals';
import { InputError, Problems } from '../../../src/request/problems.ts';
import { quoted } from '../../../src/text/quote.ts';

test('an InputError has every problem on its own line', () => {
  const problems = new Problems();
  problems.add('region', 'Frankfurt', 'is not a region');
  problems.say('session-token', 'is needed', 'id-token');
  const error = new InputError(problems.all);
  expect(error.name).toBe('InputError');
  expect(error.message).toBe('region: "Frankfurt" is not a region\nsession-token: is needed');
  expect(error.problems[1]?.topic).toBe('id-token');
});

test('a quoted value is on one line and no longer than 200 characters', () => {
  expect(quoted('a\nb')).toBe('"a\\nb"');
  expect(quoted('role\u200b\u00a0x')).toBe('"role\\u200b\\u00a0x"');
  expect(quoted('x'.repeat(200))).toBe(`"${'x'.repeat(200)}"`);
  expect(quoted('x'.repeat(201))).toBe(`"${'x'.repeat(20)}…" (201 characters)`);
});

test('of an empty input nothing else is reported', () => {
  const problems = new Problems();
  problems.only('access-key-id', 'is empty');
  problems.say('access-key-id', 'is missing');
  problems.say('secret-access-key', 'is missing');
  expect(problems.all.map(({ input, text }) => `${input} ${text}`)).toEqual([
    'access-key-id is empty',
    'secret-access-key is missing',
  ]);
});
