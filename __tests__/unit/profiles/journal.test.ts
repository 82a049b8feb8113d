import { execSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { noteMissingIdToken, type CachedCredentials } from '../../../src/profiles/cache.ts';
import { appendJournal, readJournal, type FailedRenewal } from '../../../src/profiles/journal.ts';

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  cache = join(folder, 'plan-0.cache.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const journal = (): string => join(folder, 'plan-0.cache.journal');
const failed = (at: number): FailedRenewal => ({
  event: 'failed',
  at,
  code: 'request-failed',
  why: 'AccessDenied',
  served: false,
  title: 'A role was refused',
  advice: 'why',
  steps: ['do this'],
  details: ['{}'],
  words: 'AccessDenied',
  summary: '',
});

test('a profile that was never renewed has none', () => {
  expect(readJournal(cache)).toEqual({ count: 0, failing: false });
});

test('counts renewals, and has the last failure and whether it is over', () => {
  appendJournal(cache, { event: 'renewed', at: 1 });
  appendJournal(cache, failed(2));
  expect(readJournal(cache)).toMatchObject({ count: 1, last: 1, lastFailure: failed(2), failing: true });
  appendJournal(cache, { event: 'renewed', at: 3 });
  expect(readJournal(cache)).toMatchObject({ count: 2, last: 3, lastFailure: failed(2), failing: false });
  expect(statSync(journal()).mode & 0o777).toBe(0o600);
});

test.each([
  '{"format":1,"event":"ren',
  '{"format":2,"event":"renewed","at":9}',
  '{"format":1,"event":"x","at":9}',
  '{"format":1,"event":"renewed","at":1e300}',
])('skips %s, and reads what comes after it', (line) => {
  writeFileSync(journal(), line);
  appendJournal(cache, { event: 'renewed', at: 5 });
  appendFileSync(journal(), '\n{"format":1,"event":"renewed","at":"soon"}');
  expect(readJournal(cache)).toMatchObject({ count: 1, last: 5, failing: false });
});

test.each(['mkfifo', 'mkdir', 'ln -s elsewhere'])('what %s made in its place is replaced', (make) => {
  execSync(`${make} '${journal()}'`);
  appendJournal(cache, { event: 'renewed', at: 1 });
  expect(readJournal(cache).count).toBe(1);
  expect(readdirSync(folder)).toEqual(['plan-0.cache.journal']);
});

test('a folder that is gone is no failure', () => {
  appendJournal(join(folder, 'none', 'plan-0.cache.json'), { event: 'renewed', at: 1 });
  expect(readJournal(join(folder, 'none', 'plan-0.cache.json')).count).toBe(0);
});

const cached = (needsIdToken?: boolean): CachedCredentials => ({
  accessKeyId: 'a',
  secretAccessKey: 'b',
  sessionToken: 'c',
  accountId: '1',
  obtained: 0,
  expires: 1,
  ...(needsIdToken === undefined ? {} : { needsIdToken }),
});
const variables = { ACTIONS_ID_TOKEN_REQUEST_URL: 'u', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };

test.each([
  ['renewals do not need it', undefined, {}],
  ['both variables are set', true, variables],
])('no note is left where %s', (_, needs, environment) => {
  noteMissingIdToken(cache, cached(needs), environment);
  expect(readJournal(cache).withoutIdToken).toBeUndefined();
});

test('the first process without a variable is noted', () => {
  noteMissingIdToken(cache, cached(true), { ACTIONS_ID_TOKEN_REQUEST_URL: 'u' });
  const first = readJournal(cache).withoutIdToken;
  expect(first).toBeGreaterThan(Date.now() - 10_000);
  noteMissingIdToken(cache, cached(true), {});
  expect(readJournal(cache).withoutIdToken).toBe(first);
});

test("the superuser's note belongs to the user of the cache, whose post step reads it", () => {
  writeFileSync(cache, '');
  if (process.getuid?.() === 0) chownSync(cache, 65534, 65534);
  noteMissingIdToken(cache, cached(true), {});
  expect(statSync(join(folder, 'plan-0.cache.no-id-token')).uid).toBe(statSync(cache).uid);
});

test('a failure that repeats the one before has its explanation', () => {
  appendJournal(cache, failed(2));
  appendJournal(cache, { ...failed(3), steps: [], details: [], served: true });
  expect(readJournal(cache).lastFailure).toEqual({ ...failed(3), served: true });
  appendJournal(cache, { ...failed(4), title: 'Throttled', steps: [], details: [] });
  expect(readJournal(cache).lastFailure).toMatchObject({ title: 'Throttled', steps: [] });
});
