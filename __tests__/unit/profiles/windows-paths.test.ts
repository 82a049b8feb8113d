import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  canBePlain,
  plainNames,
  privateFolderNames,
  removeAlias,
  type WindowsSystem,
} from '../../../src/profiles/windows-paths.ts';

/** Windows, played by a folder of this machine: what it calls plain begins with a drive, so none of its paths is. */

let base: string;
let temp: string;
let folder: string;
let links: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'Jürgen Meier '));
  temp = join(base, '_temp');
  folder = join(temp, 'assume-role-chain', 'step');
  links = join(base, 'ProgramData');
  mkdirSync(folder, { recursive: true });
  mkdirSync(links);
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const short = (known: Record<string, string> = {}): WindowsSystem => ({
  shortName: (path) => known[path],
  link: (target, path) => {
    symlinkSync(target, path);
  },
  root: links,
});
const program = { node: 'C:\\runner/node.exe', bundle: 'D:\\a\\dist/credential-process.js' };

test('a plain path stays as it is, and one with a short name gets that', () => {
  const system = short({
    [temp]: 'C:\\JRGENM~1\\_temp',
    '/Program Files': 'C:\\PROGRA~1',
  });
  expect(plainNames({ ...program, folder, node: '/Program Files/node.exe' }, temp, system)).toEqual({
    folder: 'C:\\JRGENM~1\\_temp/assume-role-chain/step',
    node: 'C:\\PROGRA~1/node.exe',
    bundle: program.bundle,
  });
  expect(privateFolderNames(temp, true, system)).toContain('C:\\JRGENM~1\\_temp/assume-role-chain');
});

test('without short names, junctions: to the folder below a plain root, and to the programs within it', () => {
  const node = join(base, 'Program Files', 'node.exe');
  mkdirSync(join(base, 'Program Files'));
  writeFileSync(node, 'node');
  // A short name that is not plain is of no use either.
  const system = short({ [temp]: 'C:\\ü' });
  const names = plainNames({ ...program, folder, node }, temp, system);
  const link = names.folder.slice(0, -'/assume-role-chain/step'.length);
  expect(basename(link)).toMatch(/^assume-role-chain-[0-9a-f-]{36}$/);
  expect(readlinkSync(link)).toBe(temp);
  expect(names.node).toBe(join(names.folder, 'node', 'node.exe'));
  expect(readFileSync(names.node, 'utf8')).toBe('node');
  expect(names.bundle).toBe(program.bundle);
  expect(privateFolderNames(temp, true, system)).toEqual([
    join(temp, 'assume-role-chain'),
    join(link, 'assume-role-chain'),
  ]);
  removeAlias(folder, temp);
  expect(existsSync(link)).toBe(false);
  expect(existsSync(node)).toBe(true);
  removeAlias(folder, temp);
});

test('only a link to this very folder is removed', () => {
  const { folder: plain } = plainNames({ ...program, folder }, temp, short());
  const link = plain.slice(0, -'/assume-role-chain/step'.length);
  unlinkSync(link);
  mkdirSync(link);
  removeAlias(folder, temp);
  expect(lstatSync(link).isDirectory()).toBe(true);
  rmSync(link, { recursive: true });
  symlinkSync(base, link);
  removeAlias(folder, temp);
  expect(readlinkSync(link)).toBe(base);
});

test('whether a folder can get a plain name is tried, and leaves nothing', () => {
  // A junction below a root that is not plain is none either, and this machine has no plain one.
  expect(canBePlain(temp, short())).toBe(false);
  expect(readdirSync(links)).toEqual([]);
  expect(canBePlain(temp, short({ [temp]: 'C:\\JRGENM~1\\_temp' }))).toBe(true);
  expect(canBePlain('D:\\a\\_temp', short())).toBe(true);
  const noLinks = {
    ...short(),
    link: () => {
      throw new Error('EPERM');
    },
  };
  expect(canBePlain('\\\\server\\Jürgen Meier', noLinks)).toBe(false);
});

test('elsewhere the private folder has one name', () => {
  expect(privateFolderNames(temp, false)).toEqual([join(temp, 'assume-role-chain')]);
  expect(privateFolderNames('D:\\a\\_temp', true, short())).toHaveLength(1);
});
