import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  cachePathOf,
  failureAfter,
  hasJustFailed,
  isFresh,
  isUsable,
  processOutput,
  readCache,
  type CachedCredentials,
} from '../../../src/profiles/cache.ts';
import { recordFailure, writeCache } from '../../../src/profiles/write-cache.ts';

const at = Date.parse('2026-11-23T12:00:00Z');
const cached = (life: number) => ({
  accessKeyId: 'A',
  secretAccessKey: 's',
  sessionToken: 't',
  accountId: '1',
  obtained: at,
  expires: at + life * 1000,
});

test('is written in one go, for this user alone, and read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  const path = cachePathOf(join(folder, 'plan-0.json'));
  expect(readCache(path)).toBeUndefined();
  writeCache(path, cached(900));
  writeCache(path, cached(3600));
  expect(readCache(path)).toEqual(cached(3600));
  expect(readdirSync(folder)).toEqual(['plan-0.cache.json']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeFileSync(path, '{');
  expect(readCache(path)).toBeUndefined();
  rmSync(path);
  mkdirSync(path);
  expect(readCache(path)).toBeUndefined();
  rmSync(folder, { recursive: true });
});

test.each([
  [3600, 2399, true],
  [3600, 2400, false],
  [900, 449, true],
  [900, 450, false],
  [43_200, 41_999, true],
  [43_200, 42_000, false],
])('of %i s, after %i s they are fresh: %s', (life, after, fresh) => {
  expect(isFresh(cached(life), at + after * 1000)).toBe(fresh);
});

test('old ones are usable for as long as a minute is left', () => {
  expect(isUsable(cached(900), at + 840_000)).toBe(true);
  expect(isUsable(cached(900), at + 840_001)).toBe(false);
});

test('a failure is remembered for 20 seconds', () => {
  expect(hasJustFailed(cached(900), at)).toBe(false);
  const failed = { ...cached(900), failed: { at, why: 'x' } };
  expect(hasJustFailed(failed, at + 19_999)).toBe(true);
  expect(hasJustFailed(failed, at + 20_000)).toBe(false);
});

test.each([
  [3600, '2026-11-23T12:59:00Z'],
  [900, '2026-11-23T12:14:00Z'],
  [20, '2026-11-23T12:00:18Z'],
])('credentials of %i s are printed to expire at %s, on one line', (life, expiration) => {
  const line = processOutput(cached(life));
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    Version: 1,
    AccessKeyId: 'A',
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: expiration,
    AccountId: '1',
  });
});

test('a failed renewal is reported to processes that began before it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  const cache = join(folder, 'plan-0.cache.json');
  expect(failureAfter(cache, 0)).toBeUndefined();
  recordFailure(cache, { at: 1000, why: 'no way' });
  expect(failureAfter(cache, 999)).toEqual({ at: 1000, why: 'no way' });
  expect(failureAfter(cache, 1000)).toBeUndefined();
  recordFailure(join(folder, 'none', 'x.json'), { at: 1, why: '' });
  rmSync(folder, { recursive: true });
});

test('a cache that cannot be written leaves no draft behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cache-'));
  const cache = join(folder, 'a folder');
  mkdirSync(join(cache, 'with something in it'), { recursive: true });
  expect(() => {
    writeCache(join(cache, 'none', 'x'), {} as CachedCredentials);
  }).toThrow();
  expect(readdirSync(folder)).toEqual(['a folder']);
  expect(readdirSync(cache)).toEqual(['with something in it']);
  rmSync(folder, { recursive: true });
});

test('names and modes of what lies beside a plan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cache.json-'));
  const cache = cachePathOf(join(folder, 'plan-0.json'));
  expect(cache).toBe(join(folder, 'plan-0.cache.json'));
  const before = process.umask(0o377);
  try {
    writeCache(cache, cached(900));
    recordFailure(cache, { at: 1, why: 'x' });
  } finally {
    process.umask(before);
  }
  const files = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
  expect(files).toEqual([
    ['plan-0.cache.failed', 0o600],
    ['plan-0.cache.json', 0o600],
  ]);
  rmSync(folder, { recursive: true });
});
