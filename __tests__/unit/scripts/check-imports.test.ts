import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { importProblems, mayImport, nameProblems } from '../../../scripts/check-imports.ts';

/** A small src/ with one module in each folder, and the real one's rules: every wall is broken once. */
let source: string;
const folders = Object.keys(mayImport).filter((name) => name !== 'entry points');
const fileIn = (folder: string): string => (folder === 'entry points' ? 'main.ts' : `${folder}/one.ts`);

beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const folder of ['entry points', ...folders]) write(fileIn(folder), 'export const one = 1;\n');
});
afterEach(() => {
  rmSync(source, { recursive: true });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(source, file)), { recursive: true });
  writeFileSync(join(source, file), text);
}

const pathTo = (from: string, to: string): string => `${from.includes('/') ? '..' : '.'}/${to}`;

/** Statements that import a module, each of which must be seen. */
const forms: [string, (path: string) => string][] = [
  ['a value', (path) => `import { one } from '${path}';\nexport const two = one;\n`],
  ['a type', (path) => `import type { One } from '${path}';\nexport type Two = One;\n`],
  ['an export', (path) => `export { one } from '${path}';\n`],
  ['a dynamic import', (path) => `export const two = () => import(/* a comment */ '${path}');\n`],
  ['a type of an import', (path) => `export type Two = typeof import('${path}');\n`],
];

const walls = ['entry points', ...folders].flatMap((from) =>
  ['entry points', ...folders]
    .filter((to) => to !== from && !mayImport[from]?.includes(to))
    .map((to) => [from, to] as const),
);

test('src/ itself has none', () => {
  expect(importProblems(join(import.meta.dirname, '..', '..', '..', 'src'))).toEqual([]);
});

test('a tree that respects the rules has no problems', () => {
  for (const [from, allowed] of Object.entries(mayImport))
    for (const to of allowed)
      write(
        `${from === 'entry points' ? `${to}-program` : `${from}/to-${to}`}.ts`,
        `import '${pathTo(fileIn(from), fileIn(to))}';\n`,
      );
  expect(importProblems(source)).toEqual([]);
});

test('the rows themselves go down: no folder can come round to itself', () => {
  const below = (folder: string): string[] =>
    (mayImport[folder] ?? []).flatMap((name) => [name, ...below(name)]);
  for (const folder of Object.keys(mayImport)) expect(below(folder)).not.toContain(folder);
});

test.each(walls)('%s does not import %s', (from, to) => {
  const file = fileIn(from);
  write(file, `import { one } from '${pathTo(file, fileIn(to))}';\nexport const two = one;\n`);
  expect(importProblems(source)).toEqual([
    expect.stringContaining(`src/${file} imports src/${fileIn(to)}: ${from} may import `),
  ]);
});

test.each(forms)('%s counts', (_, statement) => {
  write('text/two.ts', statement('../aws/one.ts'));
  expect(importProblems(source)).toEqual([
    'src/text/two.ts imports src/aws/one.ts: text may import no other folder',
  ]);
});

test.each([
  ['main.ts', '@actions/core', 'only github/ talks to the runner'],
  ['delivery/one.ts', '@actions/core', 'only github/ talks to the runner'],
  ['chain/one.ts', '@aws-sdk/client-sts', 'only sts/ and sources/ambient.ts talk to AWS'],
  ['sources/oidc.ts', '@smithy/core/client', 'only sts/ and sources/ambient.ts talk to AWS'],
  ['github/one.ts', '@aws-sdk/core', 'only sts/ and sources/ambient.ts talk to AWS'],
  ['request/one.ts', 'node:fs', 'request/, aws/ and text/ do no input or output'],
  ['aws/one.ts', 'node:https', 'request/, aws/ and text/ do no input or output'],
  ['text/one.ts', 'node:process', 'request/, aws/ and text/ do no input or output'],
  ['text/one.ts', 'fs', 'request/, aws/ and text/ do no input or output'],
])('%s does not import %s', (file, name, rule) => {
  write(file, `import * as two from '${name}';\nexport const three = two;\n`);
  expect(importProblems(source)).toEqual([`src/${file} imports ${name}: ${rule}`]);
});

test.each([
  ['sts/one.ts', '@aws-sdk/client-sts'],
  ['sources/ambient.ts', '@aws-sdk/core'],
  ['github/one.ts', '@actions/core'],
  ['request/one.ts', 'node:crypto'],
  ['profiles/one.ts', 'node:fs'],
])('%s may import %s', (file, name) => {
  write(file, `import * as two from '${name}';\nexport const three = two;\n`);
  expect(importProblems(source)).toEqual([]);
});

test('a cycle inside a folder is named, file by file', () => {
  write('sts/a.ts', "import './b.ts';\n");
  write('sts/b.ts', "import type { C } from './c.ts';\n");
  write('sts/c.ts', "export const a = import('./a.ts');\n");
  expect(importProblems(source)).toEqual([
    'A cycle of imports: src/sts/a.ts -> src/sts/b.ts -> src/sts/c.ts -> src/sts/a.ts',
  ]);
});

test('a folder that no row names is a problem', () => {
  write('util/one.ts', "import '../text/one.ts';\n");
  expect(importProblems(source)).toEqual([
    'src/util/one.ts is in a folder without a row in scripts/check-imports.ts',
  ]);
});

test('no file and no exported name of src/ means two things', () => {
  expect(nameProblems(join(import.meta.dirname, '..', '..', '..', 'src'))).toEqual([]);
});

test.each(['function one() {}', 'interface one {}', 'const one = (two: number) => two;'])(
  'a name that is exported by one file and means %s in another is named',
  (own) => {
    rmSync(source, { recursive: true });
    write('aws/plan.ts', 'export const one = 1;\n');
    write('text/other.ts', `${own}\n`);
    expect(nameProblems(source)).toEqual(['one is in src/aws/plan.ts and src/text/other.ts: rename one']);
  },
);

test('two files of one name, and two exports of one name, are named', () => {
  rmSync(source, { recursive: true });
  write('aws/plan.ts', 'export const one = 1;\n');
  write('text/plan.ts', 'export interface one {\n}\nconst two = 2;\n');
  write('text/other.ts', 'export function two() {}\n');
  expect(nameProblems(source)).toEqual([
    'plan.ts is in src/aws/plan.ts and src/text/plan.ts: rename one',
    'one is in src/aws/plan.ts and src/text/plan.ts: rename one',
  ]);
});
