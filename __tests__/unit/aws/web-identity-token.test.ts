import { expect, test } from '@jest/globals';
import { claimsOf, holds, tokenFault } from '../../../src/aws/web-identity-token.ts';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown): string => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

test('the claims of a token', () => {
  expect(claimsOf(jwt({ sub: 'repo:a/b', n: 1 }))).toEqual({ sub: 'repo:a/b', n: 1 });
});

test.each([
  '',
  'e30.e30.si g',
  'abc',
  'a.b',
  'a.b.c',
  'a.b.c.d',
  `${part({})}.${part([])}.x`,
  `${part({})}.${part('x')}.x`,
  `${part({})}.${part(null)}.x`,
  `${part({})}..x`,
])('%j is no token', (text) => {
  expect(claimsOf(text)).toBeUndefined();
});

test('what STS would not take', () => {
  expect(tokenFault('')).toBe('is empty');
  expect(tokenFault('abc')).toBe('has 3 characters: STS accepts 4 to 20000');
  expect(tokenFault('x'.repeat(20_001))).toBe('has 20001 characters: STS accepts 4 to 20000');
  expect(tokenFault('a.b.c')).toMatch(/^is not a JWT/);
  expect(tokenFault(jwt({}))).toBeUndefined();
});

test('how long it is valid, by its exp', () => {
  const now = new Date('2026-11-23T12:00:00Z');
  const exp = now.getTime() / 1000;
  expect(holds(jwt({ exp: exp + 11 }), 10, now)).toBe(true);
  expect(holds(jwt({ exp: exp + 10 }), 10, now)).toBe(false);
  expect(holds(jwt({}), 10, now)).toBe(true);
  expect(holds('no token', 10, now)).toBe(true);
});
