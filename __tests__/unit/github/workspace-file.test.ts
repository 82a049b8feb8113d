import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readWorkspaceFile } from '../../../src/github/workspace-file.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  mkdirSync(join(folder, 'repo', 'a'), { recursive: true });
  writeFileSync(join(folder, 'secret.yml'), 'x: y');
  writeFileSync(join(folder, 'repo', 'a', 'list.yml'), '\ufeffa: b\n');
  environment = { GITHUB_WORKSPACE: join(folder, 'repo') };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a file of the workspace, by its path there or its whole one', () => {
  expect(readWorkspaceFile('a/list.yml', environment)).toEqual({ text: 'a: b\n' });
  expect(readWorkspaceFile(join(folder, 'repo', 'a', 'list.yml'), environment)).toEqual({ text: 'a: b\n' });
});

test('a name that begins with two dots is in the workspace', () => {
  writeFileSync(join(folder, 'repo', '..list.yml'), 'a: b\n');
  expect(readWorkspaceFile('..list.yml', environment)).toEqual({ text: 'a: b\n' });
});

test.each([
  ['../secret.yml', 'is not in the workspace'],
  ['link.yml', 'is not in the workspace'],
  ['linked/secret.yml', 'is not in the workspace'],
  ['a', 'is not a file'],
  ['empty.yml', 'is empty'],
  ['none.yml', 'does not exist'],
  ['utf-16.yml', 'is not UTF-8'],
])('%s is refused', (path, words) => {
  symlinkSync(join(folder, 'secret.yml'), join(folder, 'repo', 'link.yml'));
  symlinkSync(folder, join(folder, 'repo', 'linked'));
  writeFileSync(join(folder, 'repo', 'empty.yml'), ' \n');
  writeFileSync(join(folder, 'repo', 'utf-16.yml'), '\ufeffa: b\n', 'utf16le');
  expect(readWorkspaceFile(path, environment)).toEqual({ wrong: expect.stringContaining(words) });
});
