import { describe, expect, test } from '@jest/globals';
import { readBase, type SourceChoice } from '../../../src/request/base.ts';
import type { Inputs } from '../../../src/request/inputs.ts';
import { Problems } from '../../../src/request/problems.ts';
import { inputsOf, surroundings } from './given.ts';

const read = (some: Partial<Inputs>, more: Parameters<typeof surroundings>[0] = {}) => {
  const problems = new Problems();
  const { base, choice } = readBase(inputsOf(some), 'sts.amazonaws.com', surroundings(more), problems);
  return {
    base,
    choice,
    problems: problems.all.map(({ input, text }) => `${input}: ${text}`),
  };
};

const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'secret' };

describe('auto', () => {
  test.each<[Partial<Inputs>, boolean, SourceChoice]>([
    [keys, true, { kind: 'access-key', chosenBy: 'auto', alsoAvailable: ['oidc'] }],
    [keys, false, { kind: 'access-key', chosenBy: 'auto', alsoAvailable: [] }],
    [
      { 'web-identity-token-file': 't' },
      true,
      { kind: 'token-file', chosenBy: 'auto', alsoAvailable: ['oidc'] },
    ],
    [{}, true, { kind: 'oidc', chosenBy: 'auto', alsoAvailable: [] }],
    [{}, false, { kind: 'ambient', chosenBy: 'auto', alsoAvailable: [] }],
  ])('%j with an ID token: %s', (some, idToken, expected) => {
    const { base, choice, problems } = read(some, { idToken });
    expect([choice, base.kind, problems]).toEqual([expected, expected.kind, []]);
  });
});

test('a source that is asked for is taken, whatever else there is', () => {
  expect(read({ ...keys, 'credential-source': 'oidc' })).toMatchObject({
    base: { kind: 'oidc', audience: 'sts.amazonaws.com' },
    choice: { kind: 'oidc', chosenBy: 'input', alsoAvailable: ['access-key'] },
  });
});

test('oidc without the permission is a problem with a topic of its own', () => {
  const problems = new Problems();
  readBase(inputsOf({ 'credential-source': 'oidc' }), 'a', surroundings({ idToken: false }), problems);
  expect(problems.all).toEqual([expect.objectContaining({ input: 'credential-source', topic: 'id-token' })]);
});

describe('access-key', () => {
  test('keys, and a session token where there is one, without white space around them', () => {
    expect(read({ ...keys, 'secret-access-key': ' secret\n' }).base).toEqual({
      kind: 'access-key',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    });
    expect(read({ ...keys, 'session-token': 'token' }).base).toMatchObject({
      credentials: { sessionToken: 'token' },
    });
  });

  test.each<[Partial<Inputs>, string]>([
    [{ 'credential-source': 'access-key' }, 'access-key-id: is missing'],
    [{ 'access-key-id': 'AKIAIOSFODNN7EXAMPLE' }, 'secret-access-key: is missing'],
    [{ 'session-token': 'x' }, 'access-key-id: is missing'],
    [
      { ...keys, 'access-key-id': 'AKIA' },
      'access-key-id: is shorter than 16 characters; its value is not shown',
    ],
    [{ ...keys, 'access-key-id': 'AKIAIOSFODNN7EXAMPL!' }, 'access-key-id: contains "!"'],
    [
      { 'access-key-id': 'wJalrXUtnFEMI/K7MDENG', 'secret-access-key': 'AKIAIOSFODNN7EXAMPLE' },
      'secret-access-key: is the id of an access key: give secret-access-key what belongs there',
    ],
    [{ ...keys, 'session-token': 'ASIAIOSFODNN7EXAMPLE' }, 'session-token: is the id of an access key'],
    [{ ...keys, 'secret-access-key': 'two words' }, 'secret-access-key: contains white space'],
    [{ ...keys, 'session-token': 'tok\nen' }, 'session-token: contains white space'],
    [{ ...keys, 'access-key-id': 'ASIAIOSFODNN7EXAMPLE' }, 'session-token: is needed'],
  ])('%j', (some, rule) => {
    expect(read(some).problems.join('\n')).toContain(rule);
  });

  test('no message contains a value', () => {
    const { problems } = read({
      'access-key-id': 'bad id value',
      'secret-access-key': 'bad secret',
      'session-token': 'bad token',
    });
    expect(problems.join()).not.toMatch(/bad (id|secret|token)/);
  });
});

describe('token-file', () => {
  test('is found from the workspace', () => {
    expect(read({ 'web-identity-token-file': ' a/t.jwt ' }).base).toEqual({
      kind: 'token-file',
      path: '/work space/a/t.jwt',
    });
  });

  test('must be there', () => {
    expect(
      read({ 'web-identity-token-file': 't' }, { unreadable: () => 'there is no such file' }).problems,
    ).toEqual([
      'web-identity-token-file: "t" cannot be read: there is no such file (relative paths start at the workspace)',
    ]);
    expect(read({ 'credential-source': 'token-file' }).problems).toEqual([
      expect.stringContaining('is required when'),
    ]);
  });
});

test('an audience is one word', () => {
  const problems = new Problems();
  readBase(inputsOf(), 'sts.amazonaws.com\nx', surroundings(), problems);
  expect(problems.all).toEqual([expect.objectContaining({ input: 'audience' })]);
});
