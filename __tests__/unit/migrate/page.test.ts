import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames } from '../../../src/request/inputs.ts';
import { outputs, theirInputs } from '../../../scripts/migrate/inputs.ts';
import { wayToOidc } from '../../../scripts/migrate/keys.ts';
import { help } from '../../../scripts/migrate/options.ts';
import { migrate } from '../../../scripts/migrate/workflow.ts';
import { usual } from './kinds.ts';

/** The pages say what the script does. */

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', name), 'utf8');
const page = read('migrating.md');
const section = (title: string): string => page.split(`## ${title}\n`)[1]?.split(/^## /m)[0] ?? '';
const rows = (title: string): [string, string][] =>
  [...section(title).matchAll(/^\| `([\w-]+)` +\| (.*?) +\|/gm)].map(([, there = '', here = '']) => [
    there,
    here,
  ]);
const named = (cell: string): string | undefined => /^`([\w-]+)/.exec(cell)?.[1];

test('every input has its row, and the row the name that the script writes', () => {
  const table = new Map(rows('Inputs'));
  expect([...table.keys()].sort()).toEqual(Object.keys(theirInputs).sort());
  for (const [there, here] of table) {
    const { to, variable } = theirInputs[there] ?? {};
    if (to !== undefined) expect(here).toBe(`\`${to}\``);
    if (variable !== undefined) expect(named(here)).toBe(variable);
    else if (named(here) !== undefined) expect(inputNames).toContain(named(here));
  }
});

test('every output has its row', () => {
  expect(Object.fromEntries(rows('Outputs'))).toEqual(
    Object.fromEntries(Object.entries(outputs).map(([there, here]) => [there, `\`${here}\``])),
  );
});

test('every option and exit code is there', () => {
  const options = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, name = '']) => name);
  expect(options.length).toBeGreaterThan(5);
  for (const name of options) expect(section('The report')).toContain(`| \`${name}`);
  for (const [, code = ''] of help.matchAll(/^ {2}(\d) {2}/gm))
    expect(section('The report')).toMatch(new RegExp(`^\\| ${code} `, 'm'));
});

const indented = (code: string): string => code.replaceAll(/^(?=.)/gm, '      ');
const head = 'permissions: { id-token: write }\njobs:\n  deploy:\n    steps:\n';
const yaml = (text: string): string[] =>
  [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, code = '']) => code);

describe('before and after are what the script makes of it', () => {
  test('one step', () => {
    const [before = '', after = ''] = yaml(page);
    const { text, decisions, notes } = migrate(head + indented(before), usual);
    expect(text).toBe(head + indented(after));
    expect({ decisions, notes }).toEqual({ decisions: [], notes: [] });
  });

  test('two that become one', () => {
    const [before = '', after = ''] = yaml(section('Two steps become one'));
    const { text } = migrate(head + indented(before), { ...usual, merge: true });
    expect(parse(text)).toEqual(parse(head + indented(after)));
  });
});

describe('from access keys to OIDC', () => {
  const way = read('access-keys-to-oidc.md');

  test('the page begins with the step that the script leaves, and has what the report prints for it', () => {
    const [before = '', without = ''] = yaml(way);
    const [decision] = migrate(head + indented(before), usual).decisions;
    const environment = (decision?.text ?? '').split('\nenv:\n')[1] ?? '';
    const { env } = (parse(without) as { jobs: { deploy: { env: unknown } } }).jobs.deploy;
    expect(parse(environment)).toEqual(env);
  });

  test('the page and the report have the same commands', () => {
    const words = (text: string): string[] =>
      text
        .replaceAll('\\\n', ' ')
        .split('\n')
        .filter((line) => /^\s*(curl|aws|gh) /.test(line))
        .map((line) => line.trim().replaceAll(/\s+/g, ' '));
    const printed = words(wayToOidc).map((line) =>
      line.replaceAll('OWNER/REPO', 'acme/shop').replace('policy/POLICY', 'policy/AmazonS3FullAccess'),
    );
    expect(printed).toHaveLength(3);
    for (const line of printed) expect(words(way)).toContain(line);
  });
});
