import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { lockUnless } from '../../../src/profiles/lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const never = (): undefined => undefined;
const locked = async (): Promise<() => void> => {
  const lock = await lockUnless(path, never);
  if (!('release' in lock)) throw new Error('no lock');
  return lock.release;
};
/** A number that no process has: larger than any system gives. */
const deadPid = 2 ** 30;
const old = (file: string): void => {
  utimesSync(file, 1, 1);
};

test('one holds it; the others wait until it is let go, or until their work is done', async () => {
  const release = await locked();
  let second = false;
  const waiting = locked().then((other) => {
    second = true;
    return other;
  });
  await new Promise(setImmediate);
  expect(second).toBe(false);
  release();
  (await waiting)();
  expect(existsSync(path)).toBe(false);
});

test('what is done already needs no lock', async () => {
  expect(await lockUnless(path, () => 'done')).toEqual({ done: 'done' });
  expect(existsSync(path)).toBe(false);
});

test('what was done between the look and the lock is seen', async () => {
  let looks = 0;
  expect(await lockUnless(path, () => (++looks > 1 ? 'done' : undefined))).toEqual({ done: 'done' });
  expect(existsSync(path)).toBe(false);
});

test('what a dead process holds is taken over, by one', async () => {
  writeFileSync(path, `${deadPid} x`);
  const release = await locked();
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  release();
});

test('so is what has no owner, or is held for too long', async () => {
  writeFileSync(path, '');
  old(path);
  (await locked())();
  writeFileSync(path, `${process.pid} someone`);
  old(path);
  (await locked())();
});

test('a takeover that was left half-done does not stay in the way', async () => {
  writeFileSync(path, `${deadPid} x`);
  writeFileSync(`${path}.takeover`, 'x');
  old(`${path}.takeover`);
  (await locked())();
  expect(existsSync(`${path}.takeover`)).toBe(false);
});

test('who has lost it to another lets nothing go', async () => {
  const release = await locked();
  writeFileSync(path, '1 another');
  release();
  expect(readFileSync(path, 'utf8')).toBe('1 another');
});

test('a folder that is gone is an error', async () => {
  await expect(lockUnless(join(folder, 'none', 'x'), never)).rejects.toThrow('ENOENT');
});
