import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { replaceFile } from '../../../src/profiles/replace-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace '));
  path = join(folder, 'file');
  writeFileSync(path, 'previous');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Fails so many times, as Windows does while somebody reads the file. */
function busy(code: string, times: number): { rename: typeof renameSync; calls: () => number } {
  let calls = 0;
  const rename: typeof renameSync = (from, to) => {
    calls += 1;
    if (calls <= times) throw Object.assign(new Error(code), { code });
    renameSync(from, to);
  };
  return { rename, calls: () => calls };
}

test('the content is replaced, private, and nothing else is left', () => {
  replaceFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(lstatSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['file']);
});

test('a link in the place of the draft is not followed', () => {
  const elsewhere = join(folder, 'elsewhere');
  symlinkSync(elsewhere, `${path}.${process.pid}`);
  replaceFile(path, 'new');
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['new', ['file']]);
});

test.each(['EPERM', 'EACCES', 'EBUSY'])('%s is tried again', (code) => {
  const { rename, calls } = busy(code, 3);
  replaceFile(path, 'new', rename);
  expect([readFileSync(path, 'utf8'), calls()]).toEqual(['new', 4]);
});

test('but not without end, and no other error; the previous content stays', () => {
  for (const [code, calls] of [
    ['EPERM', 50],
    ['ENOSPC', 1],
  ] as const) {
    const system = busy(code, Infinity);
    expect(() => {
      replaceFile(path, 'new', system.rename);
    }).toThrow(code);
    expect([readFileSync(path, 'utf8'), system.calls(), readdirSync(folder)]).toEqual([
      'previous',
      calls,
      ['file'],
    ]);
  }
});

test('a folder in its place is removed', () => {
  rmSync(path);
  mkdirSync(join(path, 'in it'), { recursive: true });
  replaceFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what root writes with sudo belongs to the user of the folder', () => {
  // Only root can give a folder away; for any other user both are its own.
  if (process.getuid?.() === 0) chownSync(folder, 65534, 65534);
  replaceFile(path, 'new');
  expect(lstatSync(path).uid).toBe(lstatSync(folder).uid);
});
