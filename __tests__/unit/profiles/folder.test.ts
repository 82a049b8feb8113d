import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { privateFolder, readPrivate, removePrivate, writePrivate } from '../../../src/profiles/folder.ts';

let temp: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'a temp '));
});
afterEach(() => {
  rmSync(temp, { recursive: true, force: true });
});

/** Runs something with another idea of who runs it; none is what Windows has. */
function asUser(getuid: (() => number) | undefined, run: () => void): void {
  const own = process.getuid;
  Object.defineProperty(process, 'getuid', { value: getuid, configurable: true });
  try {
    run();
  } finally {
    Object.defineProperty(process, 'getuid', { value: own, configurable: true });
  }
}

const mode = (path: string): number => lstatSync(path).mode & 0o777;

test('files are for this user alone, whatever the umask', () => {
  const before = process.umask(0o777);
  try {
    mkdirSync(join(temp, 'control'), { mode: 0o700 });
    const path = writePrivate(temp, 'a', 'x');
    process.umask(before);
    expect([mode(join(temp, 'control')), mode(privateFolder(temp))]).toEqual([0o000, 0o700]);
    expect(mode(path) & 0o077).toBe(0);
  } finally {
    process.umask(before);
    chmodSync(join(temp, 'control'), 0o700);
  }
});

test('are written once, read, and removed with their folder', () => {
  const [a, b] = [writePrivate(temp, 'a', 'one'), writePrivate(temp, 'b', 'two')];
  expect(mode(a)).toBe(0o600);
  expect(() => writePrivate(temp, 'a', 'again')).toThrow('EEXIST');
  expect(readPrivate(a)).toBe('one');
  removePrivate(temp, [a]);
  expect(readPrivate(a)).toBeUndefined();
  expect(existsSync(b)).toBe(true);
  removePrivate(temp, [b, join(temp, 'never was')]);
  expect(existsSync(privateFolder(temp))).toBe(false);
});

test('a folder that is not ours, a link or open is refused', () => {
  const folder = privateFolder(temp);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect(() => writePrivate(temp, 'a', 'x')).toThrow('is open to other users');
  chmodSync(folder, 0o700);
  asUser(
    () => 4242,
    () => {
      expect(() => writePrivate(temp, 'a', 'x')).toThrow('belongs to another user');
    },
  );
  rmSync(folder, { recursive: true });
  mkdirSync(join(temp, 'elsewhere'));
  symlinkSync(join(temp, 'elsewhere'), folder);
  expect(() => writePrivate(temp, 'a', 'x')).toThrow('is not a folder');
  expect(existsSync(join(temp, 'elsewhere', 'a'))).toBe(false);
});

test('on Windows there are no such modes to look at', () => {
  asUser(undefined, () => {
    expect(readPrivate(writePrivate(temp, 'a', 'x'))).toBe('x');
  });
});

test('a temporary folder that is not there is an error', () => {
  writeFileSync(join(temp, 'file'), '');
  expect(() => writePrivate(join(temp, 'none'), 'a', 'x')).toThrow('ENOENT');
});
