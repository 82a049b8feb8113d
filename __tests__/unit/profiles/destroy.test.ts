import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { identity } from './steps.ts';

/** The name of a file that cannot be removed, as on Windows while a program has it open. */
let busy: string | undefined;
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  unlinkSync: (path: string) => {
    if (busy !== undefined && path.endsWith(busy)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    fs.unlinkSync(path);
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

test('each file is overwritten before it is removed', () => {
  // What is open can still be read after its name is gone.
  const witness = openSync(writePrivate(own, 'a', 'a secret'), 'r');
  expect(destroyStepFolder(temp, own)).toEqual([]);
  expect(existsSync(privateFolder(temp))).toBe(false);
  expect(readFileSync(witness)).toEqual(Buffer.alloc('a secret'.length));
  closeSync(witness);
});

test('a hard link is removed, and the file that it was planted for keeps its content and its mode', () => {
  const elsewhere = join(temp, 'elsewhere');
  writeFileSync(elsewhere, 'stays', { mode: 0o444 });
  linkSync(elsewhere, join(own, 'plan-0.json'));
  expect(destroyStepFolder(temp, own)).toEqual([]);
  expect(existsSync(own)).toBe(false);
  expect([readFileSync(elsewhere, 'utf8'), statSync(elsewhere).mode & 0o777]).toEqual(['stays', 0o444]);
});

test('folders in it go too, and links are not followed', () => {
  writeFileSync(join(temp, 'elsewhere'), 'stays');
  mkdirSync(join(own, 'bin'));
  symlinkSync(join(temp, 'elsewhere'), join(own, 'bin', 'link'));
  symlinkSync(temp, join(own, 'folder link'));
  writeFileSync(join(own, 'read-only'), 'x', { mode: 0o400 });
  expect(destroyStepFolder(temp, own)).toEqual([]);
  expect(readFileSync(join(temp, 'elsewhere'), 'utf8')).toBe('stays');
});

test('a file that a process has open is destroyed all the same', () => {
  const path = writePrivate(own, 'a', 'a secret');
  const file = openSync(path, 'r');
  expect(destroyStepFolder(temp, own)).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe('\0'.repeat(8));
  closeSync(file);
});

test('what remains is named', () => {
  const bin = join(own, 'bin');
  mkdirSync(bin);
  writePrivate(bin, 'tool', 'a secret');
  busy = 'tool';
  try {
    expect(destroyStepFolder(temp, own)).toEqual([`${join(`${own}.gone`, 'bin', 'tool')} (EBUSY)`]);
    expect(readFileSync(join(`${own}.gone`, 'bin', 'tool'))).toEqual(Buffer.alloc(8));
  } finally {
    busy = undefined;
  }
});

test('folders of other steps stay', () => {
  const other = makeStepFolder(temp, identity(2));
  expect(destroyStepFolder(temp, own)).toEqual([]);
  expect(readdirSync(other)).toEqual(['owner.json']);
  expect(destroyStepFolder(temp, own)).toEqual([]);
});
