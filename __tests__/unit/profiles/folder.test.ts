import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  folderFault,
  makeStepFolder,
  privateFolder,
  readPrivate,
  removeStepFolder,
  writePrivate,
} from '../../../src/profiles/folder.ts';

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

test('folders and files are for this user alone, whatever the umask', () => {
  const before = process.umask(0o277);
  try {
    const own = makeStepFolder(temp, 'step');
    const path = writePrivate(own, 'a', 'x');
    expect([privateFolder(temp), own, path].map(mode)).toEqual([0o700, 0o700, 0o600]);
  } finally {
    process.umask(before);
  }
});

test('files are written once, read, and removed with their folders', () => {
  const [one, two] = [makeStepFolder(temp, 'one'), makeStepFolder(temp, 'two')];
  const path = writePrivate(one, 'a', 'content');
  expect(() => writePrivate(one, 'a', 'again')).toThrow('EEXIST');
  expect(() => makeStepFolder(temp, 'one')).toThrow('EEXIST');
  expect(readPrivate(path)).toBe('content');
  removeStepFolder(temp, one);
  expect(readPrivate(path)).toBeUndefined();
  expect(existsSync(two)).toBe(true);
  removeStepFolder(temp, two);
  expect(existsSync(privateFolder(temp))).toBe(false);
  removeStepFolder(temp, two);
});

test('a folder that is not ours, a link or open is refused, and left alone', () => {
  const folder = privateFolder(temp);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect(() => makeStepFolder(temp, 'a')).toThrow('is open to other users');
  removeStepFolder(temp, join(folder, 'a'));
  expect(existsSync(folder)).toBe(true);
  chmodSync(folder, 0o700);
  asUser(
    () => 4242,
    () => {
      expect(() => makeStepFolder(temp, 'a')).toThrow('belongs to another user');
    },
  );
  rmSync(folder, { recursive: true });
  mkdirSync(join(temp, 'elsewhere'));
  symlinkSync(join(temp, 'elsewhere'), folder);
  expect(() => makeStepFolder(temp, 'a')).toThrow('is not a folder');
  expect(existsSync(join(temp, 'elsewhere', 'a'))).toBe(false);
});

test('on Windows there are no such modes to look at', () => {
  asUser(undefined, () => {
    expect(readPrivate(writePrivate(makeStepFolder(temp, 'a'), 'a', 'x'))).toBe('x');
  });
});

test('a temporary folder that is not there is an error', () => {
  expect(() => makeStepFolder(join(temp, 'none'), 'a')).toThrow('ENOENT');
});

test('what is wrong with a private folder can be asked before', () => {
  expect(folderFault(temp)).toBeUndefined();
  mkdirSync(privateFolder(temp), { mode: 0o755 });
  expect(folderFault(temp)).toContain('is open to other users');
});

test('a folder in which a process still writes is removed all the same', () => {
  const own = makeStepFolder(temp, 'busy');
  writePrivate(own, 'a', 'x');
  mkdirSync(`${own}.gone`);
  removeStepFolder(temp, own);
  expect(existsSync(privateFolder(temp))).toBe(false);
});
