import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { identity } from './steps.ts';

/** The name of a file that cannot be removed, as on Windows while a program has it open. */
let busy: string | undefined;
/** Names of the files that were overwritten, in order. */
const overwritten: string[] = [];
/** Names of the files that were removed, in order. */
const removed: string[] = [];
/** How many files are being written to the disk, and the most there were. */
const syncing = { now: 0, most: 0 };
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  openSync: (path: string, ...more: [number]) => {
    overwritten.push(basename(path));
    return fs.openSync(path, ...more);
  },
  unlinkSync: (path: string) => {
    if (busy !== undefined && path.endsWith(busy)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    removed.push(basename(path));
    fs.unlinkSync(path);
  },
  fdatasync: (file: number, done: fs.NoParamCallback) => {
    syncing.most = Math.max(syncing.most, ++syncing.now);
    fs.fdatasync(file, (error) => {
      syncing.now--;
      done(error);
    });
  },
}));
const { destroyStepFolder } = await import('../../../src/profiles/destroy.ts');
const { makeStepFolder, privateFolder, writePrivate } = await import('../../../src/profiles/folder.ts');
const {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} = fs;

let temp: string;
let own: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'destroy-'));
  own = makeStepFolder(temp, identity(1));
});
afterEach(() => {
  rmSync(temp, { recursive: true, force: true });
});

test('each file is overwritten before it is removed', async () => {
  // What is open can still be read after its name is gone.
  const witness = openSync(writePrivate(own, 'a', 'a secret'), 'r');
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(existsSync(privateFolder(temp))).toBe(false);
  expect(readFileSync(witness)).toEqual(Buffer.alloc('a secret'.length));
  closeSync(witness);
});

test('many files go to the disk together, and never more than 64 of them are open', async () => {
  for (let index = 0; index < 150; index++) writePrivate(own, `plan-${index}.json`, 'a secret');
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect([existsSync(own), syncing.now, syncing.most]).toEqual([false, 0, 64]);
});

test('credentials and keys go first, and the record of the owner last', async () => {
  const names = ['each-1', 'exported.json', 'key', 'plan-0.cache.json', 'plan-0.json', 'shared-1.json'];
  for (const name of names) writePrivate(own, name, name);
  overwritten.length = 0;
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(overwritten.slice(0, 4).sort()).toEqual(['each-1', 'key', 'plan-0.cache.json', 'shared-1.json']);
  expect(removed.at(-1)).toBe('owner.json');
  // It has no secret, and each write waits for the disk.
  expect(overwritten).not.toContain('owner.json');
});

test('nothing remains where a file has replaced the private folder', async () => {
  rmSync(privateFolder(temp), { recursive: true });
  writeFileSync(privateFolder(temp), '');
  expect(await destroyStepFolder(temp, own)).toEqual([]);
});

test('a hard link is removed, and the file that it was planted for keeps its content and its mode', async () => {
  const elsewhere = join(temp, 'elsewhere');
  writeFileSync(elsewhere, 'stays', { mode: 0o444 });
  linkSync(elsewhere, join(own, 'plan-0.json'));
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(existsSync(own)).toBe(false);
  expect([readFileSync(elsewhere, 'utf8'), statSync(elsewhere).mode & 0o777]).toEqual(['stays', 0o444]);
});

test('folders in it go too, and links are not followed', async () => {
  writeFileSync(join(temp, 'elsewhere'), 'stays');
  mkdirSync(join(own, 'bin'));
  symlinkSync(join(temp, 'elsewhere'), join(own, 'bin', 'link'));
  symlinkSync(temp, join(own, 'folder link'));
  writeFileSync(join(own, 'read-only'), 'x', { mode: 0o400 });
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(readFileSync(join(temp, 'elsewhere'), 'utf8')).toBe('stays');
});

test('a file that a process has open is destroyed all the same', async () => {
  const path = writePrivate(own, 'a', 'a secret');
  const file = openSync(path, 'r');
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('\0'.repeat(8));
  closeSync(file);
});

test('what remains is named', async () => {
  const bin = join(own, 'bin');
  mkdirSync(bin);
  writePrivate(bin, 'tool', 'a secret');
  busy = 'tool';
  try {
    expect(await destroyStepFolder(temp, own)).toEqual([`${join(`${own}.gone`, 'bin', 'tool')} (EBUSY)`]);
    expect(readFileSync(join(`${own}.gone`, 'bin', 'tool'))).toEqual(Buffer.alloc(8));
  } finally {
    busy = undefined;
  }
});

test('nothing is destroyed through a link in the place of the private folder', async () => {
  const elsewhere = `${temp}-elsewhere`;
  renameSync(privateFolder(temp), elsewhere);
  symlinkSync(elsewhere, privateFolder(temp));
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(readdirSync(elsewhere)).toHaveLength(1);
  rmSync(elsewhere, { recursive: true });
});

test('folders of other steps stay', async () => {
  const other = makeStepFolder(temp, identity(2));
  expect(await destroyStepFolder(temp, own)).toEqual([]);
  expect(readdirSync(other)).toEqual(['owner.json']);
  expect(await destroyStepFolder(temp, own)).toEqual([]);
});
