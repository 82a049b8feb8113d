import { describe, expect, test } from '@jest/globals';
import { choiceLine, readBase, type BaseInputs } from '../../../src/request/base.ts';
import { Problems } from '../../../src/request/problems.ts';
import { given, surroundings } from './given.ts';

const read = (some: Partial<BaseInputs>, more: Parameters<typeof surroundings>[0] = {}) => {
  const problems = new Problems();
  const { base, choice } = readBase(given(some), 'sts.amazonaws.com', surroundings(more), problems);
  return {
    base,
    choice,
    line: choiceLine(choice),
    problems: problems.all.map(({ input, text }) => `${input}: ${text}`),
  };
};

const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'secret' };

describe('auto', () => {
  test.each<[Partial<BaseInputs>, boolean, string, string]>([
    [keys, true, 'access-key', '(auto; not needed: oidc)'],
    [keys, false, 'access-key', '(auto; the first choice)'],
    [
      { 'web-identity-token-file': 't' },
      true,
      'token-file',
      '(auto; passed over access-key: not given; not needed: oidc)',
    ],
    [{}, true, 'oidc', '(auto; passed over access-key: not given; token-file: not given)'],
    [
      {},
      false,
      'ambient',
      '(auto; passed over access-key: not given; token-file: not given; oidc: this job has no "id-token: write")',
    ],
  ])('%j with an ID token: %s', (some, idToken, kind, note) => {
    const { base, line, problems } = read(some, { idToken });
    expect(base.kind).toBe(kind);
    expect(line.startsWith(`Base credentials: ${kind}, `)).toBe(true);
    expect(line.endsWith(note)).toBe(true);
    expect(problems).toEqual([]);
  });
});

test('a source that is asked for is taken, and what is not used is said', () => {
  expect(read({ ...keys, 'credential-source': 'oidc' })).toMatchObject({
    base: { kind: 'oidc', audience: 'sts.amazonaws.com' },
    line: "Base credentials: oidc, GitHub's OIDC token (as asked; not used: access-key)",
  });
  expect(read({ 'credential-source': 'ambient' }, { idToken: false }).line).toBe(
    'Base credentials: ambient, what the AWS SDK finds here',
  );
});

test('oidc without the permission is a problem with a topic of its own', () => {
  const problems = new Problems();
  readBase(given({ 'credential-source': 'oidc' }), 'a', surroundings({ idToken: false }), problems);
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

  test.each<[Partial<BaseInputs>, string]>([
    [{ 'credential-source': 'access-key' }, 'access-key-id: is empty'],
    [{ 'access-key-id': 'AKIAIOSFODNN7EXAMPLE' }, 'secret-access-key: is empty'],
    [{ 'session-token': 'x' }, 'access-key-id: is empty'],
    [
      { ...keys, 'access-key-id': 'AKIA' },
      'access-key-id: is shorter than 16 characters; its value is not shown',
    ],
    [{ ...keys, 'access-key-id': 'AKIAIOSFODNN7EXAMPL!' }, 'access-key-id: holds "!"'],
    [{ ...keys, 'secret-access-key': 'two words' }, 'secret-access-key: holds white space'],
    [{ ...keys, 'session-token': 'tok\nen' }, 'session-token: holds white space'],
    [{ ...keys, 'access-key-id': 'ASIAIOSFODNN7EXAMPLE' }, 'session-token: is needed'],
  ])('%j', (some, rule) => {
    expect(read(some).problems.join('\n')).toContain(rule);
  });

  test('no message holds a value', () => {
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
      'web-identity-token-file: "t" cannot be read: there is no such file (relative paths begin at the workspace)',
    ]);
    expect(read({ 'credential-source': 'token-file' }).problems).toEqual([
      expect.stringContaining('is required when'),
    ]);
  });
});

test('an audience is one word', () => {
  const problems = new Problems();
  readBase(given(), 'sts.amazonaws.com\nx', surroundings(), problems);
  expect(problems.all).toEqual([expect.objectContaining({ input: 'audience' })]);
});
