import { describe, expect, test } from '@jest/globals';
import { addSecret, redact, redactForeign } from '../../../src/text/redact.ts';

/** Secrets stay for the life of the process, so each test has words of its own. */

test('every occurrence of every secret, and nothing else', () => {
  addSecret('alpha-one');
  addSecret('alpha-two');
  expect(redact('alpha-one, alpha-two; alpha-one alpha-on')).toBe('***, ***; *** alpha-on');
  expect(redact('alpha-onealpha-two')).toBe('***');
  expect(redact('')).toBe('');
  expect(redact('abc')).toBe('abc');
  expect(redact('alpha-one')).toBe('***');
});

test('a short secret inside a longer one does not break it up, in either order of registration', () => {
  addSecret('beta');
  addSecret('xx-beta-yy');
  addSecret('gamma-beta-delta');
  expect(redact('1 xx-beta-yy 2 gamma-beta-delta 3 beta 4')).toBe('1 *** 2 *** 3 *** 4');
});

test('secrets that overlap are hidden as one', () => {
  addSecret('one-two-');
  addSecret('two-three');
  expect(redact('<one-two-three>')).toBe('<***>');
});

test('the longest of those that begin alike', () => {
  addSecret('same');
  addSecret('same-but-longer');
  expect(redact('same same-but-longer')).toBe('*** ***');
});

test.each(['', ' ', '    ', 'a', 'abc'])('%j is no secret: it would tear holes into every line', (value) => {
  expect(addSecret(value)).toBe(false);
  expect(redact(`x ${value} a abc`)).toBe(`x ${value} a abc`);
});

test('a proxy password of one letter does not open up a session token', () => {
  const token = 'aTokenThatHasManyAs/andNoEnd+aaaa='.repeat(12);
  addSecret('a');
  addSecret(token);
  expect(redact(`refused: "${token}"`)).toBe('refused: "***"');
});

test('a secret is new once', () => {
  expect([addSecret('only-once'), addSecret('only-once')]).toEqual([true, false]);
});

describe('secrets as URLs, JSON and base64 write them', () => {
  const key = 'zT+longer/secret"of+the/hub7Xc2=';
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  addSecret(key);
  addSecret('\ud800-half');

  test.each([
    ['a URL', encodeURIComponent(key)],
    ['a URL of .NET', encodeURIComponent(key).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['JSON', JSON.stringify(key)],
    ['JSON with slashes escaped', JSON.stringify(key).replaceAll('/', '\\/')],
  ])('%s', (_, form) => {
    expect(redactForeign(`<${form}>`).replaceAll('"', '')).toBe('<***>');
  });

  test('base64 for URLs, and no short base64, which other texts contain by chance', () => {
    const secret = '???>>>~~~???>>>~~~';
    addSecret(secret);
    addSecret('hunter2');
    const form = Buffer.from(secret).toString('base64url');
    expect(form).toContain('_');
    expect(redactForeign(form)).toMatch(/^[\w-]{0,4}\*\*\*[\w-]{0,4}$/);
    expect(redactForeign('request dGVy bnRl dW50')).toBe('request dGVy bnRl dW50');
  });

  test.each(['', 'a:', 'ab:', 'abc:'])('base64 after %j: all but its edges', (before) => {
    expect(redactForeign(`Basic ${base64(before + key)}`)).toMatch(/^Basic [\w=]{0,8}\*\*\*[\w=]{0,6}$/);
  });
});
