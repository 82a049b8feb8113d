import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  privateFolderFault,
  isOwned,
  makeStepFolder,
  privateFolder,
  readPrivate,
  writePrivate,
} from '../../../src/profiles/folder.ts';
import { destroyStepFolder } from '../../../src/profiles/destroy.ts';
import { isPlanPath, isStepFolder } from '../../../src/profiles/private-paths.ts';
import { identity } from './steps.ts';

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
    const own = makeStepFolder(temp, identity(0));
    const path = writePrivate(own, 'a', 'x');
    expect([privateFolder(temp), own, path].map(mode)).toEqual([0o700, 0o700, 0o600]);
  } finally {
    process.umask(before);
  }
});

test('files are written once, read, and removed with their folders', async () => {
  const [one, two] = [makeStepFolder(temp, identity(1)), makeStepFolder(temp, identity(2))];
  const path = writePrivate(one, 'a', 'content');
  expect(() => writePrivate(one, 'a', 'again')).toThrow('EEXIST');
  expect(() => makeStepFolder(temp, identity(1))).toThrow('EEXIST');
  expect(readPrivate(path)).toBe('content');
  await destroyStepFolder(temp, one);
  expect(readPrivate(path)).toBeUndefined();
  expect(existsSync(two)).toBe(true);
  await destroyStepFolder(temp, two);
  expect(existsSync(privateFolder(temp))).toBe(false);
  await destroyStepFolder(temp, two);
});

test('a folder that is not ours, a link or open is refused, and left alone', async () => {
  const folder = privateFolder(temp);
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  expect(() => makeStepFolder(temp, identity(3))).toThrow('is open to other users');
  await destroyStepFolder(temp, join(folder, 'a'));
  expect(existsSync(folder)).toBe(true);
  chmodSync(folder, 0o700);
  asUser(
    () => 4242,
    () => {
      expect(() => makeStepFolder(temp, identity(3))).toThrow('belongs to another user');
    },
  );
  rmSync(folder, { recursive: true });
  mkdirSync(join(temp, 'elsewhere'));
  symlinkSync(join(temp, 'elsewhere'), folder);
  expect(() => makeStepFolder(temp, identity(3))).toThrow('is not a folder');
  expect(existsSync(join(temp, 'elsewhere', identity(3).id))).toBe(false);
});

test('on Windows there are no such modes to look at', () => {
  asUser(undefined, () => {
    expect(readPrivate(writePrivate(makeStepFolder(temp, identity(3)), 'a', 'x'))).toBe('x');
  });
});

test('a temporary folder that is not there is an error', () => {
  expect(() => makeStepFolder(join(temp, 'none'), identity(3))).toThrow('ENOENT');
});

test('what is wrong with a private folder can be asked before', () => {
  expect(privateFolderFault(temp)).toBeUndefined();
  mkdirSync(privateFolder(temp), { mode: 0o755 });
  expect(privateFolderFault(temp)).toContain('is open to other users');
});

test('a folder in which a process still writes is removed all the same', async () => {
  const own = makeStepFolder(temp, identity(4));
  writePrivate(own, 'a', 'x');
  mkdirSync(`${own}.gone`);
  await destroyStepFolder(temp, own);
  expect(existsSync(privateFolder(temp))).toBe(false);
});

test("a folder is a step's own by its path, its mode and its owner", () => {
  const own = makeStepFolder(temp, identity(1));
  expect([isStepFolder(own), isPlanPath(join(own, 'plan-0.json'))]).toEqual([true, true]);
  const wrong = [
    temp,
    privateFolder(temp),
    join(own, 'x'),
    join(privateFolder(temp), 'x'),
    '',
    '.',
    own.slice(1),
  ];
  expect(wrong.filter(isStepFolder)).toEqual([]);
  const plans = ['x.json', 'plan-.json', 'plan-0.json/x', 'plan-0.cache.json', '../plan-0.json'];
  expect(plans.filter((name) => isPlanPath(`${own}/${name}`))).toEqual([]);
  asUser(
    () => 4242,
    () => {
      expect(isStepFolder(own)).toBe(false);
    },
  );
  asUser(
    () => 0,
    () => {
      expect(isStepFolder(own)).toBe(true);
    },
  );
  chmodSync(own, 0o750);
  expect(isStepFolder(own)).toBe(false);
  const link = join(privateFolder(temp), identity(2).id);
  symlinkSync(own, link);
  expect(isStepFolder(link)).toBe(false);
});

test('only the step that made a folder owns it', () => {
  const own = makeStepFolder(temp, identity(1));
  expect(isOwned(own, identity(1))).toBe(true);
  expect(isOwned(own, { ...identity(1), nonce: identity(2).nonce })).toBe(false);
  rmSync(join(own, 'owner.json'));
  expect(isOwned(own, identity(1))).toBe(false);
});
