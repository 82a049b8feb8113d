import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames } from '../../../src/request/inputs.ts';
import { knownInputs, outputs, usualFate } from '../../../scripts/migrate/inputs.ts';
import { migrate } from '../../../scripts/migrate/workflow.ts';

/** The page says what the script does. */

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'migrating.md'), 'utf8');
const section = (title: string): string => page.split(`## ${title}\n`)[1]?.split(/^## /m)[0] ?? '';
const rows = (title: string): [string, string][] =>
  [...section(title).matchAll(/^\| `([\w-]+)` +\| (.*?) +\|/gm)].map(([, there = '', here = '']) => [
    there,
    here,
  ]);
const named = (cell: string): string | undefined => /^`([\w-]+)/.exec(cell)?.[1];

test('every input has its row, and the row the name that the script writes', () => {
  const table = new Map(rows('Inputs'));
  expect([...table.keys()].sort()).toEqual([...knownInputs].sort());
  for (const [there, here] of table) {
    const fate = usualFate(there);
    if (fate?.kind === 'rename') expect(here).toBe(`\`${fate.to}\``);
    if (fate?.kind === 'environment') expect(named(here)).toBe(fate.variable);
    else if (named(here) !== undefined) expect(inputNames).toContain(named(here));
  }
});

test('every output has its row', () => {
  expect(Object.fromEntries(rows('Outputs'))).toEqual(
    Object.fromEntries(Object.entries(outputs).map(([there, here]) => [there, `\`${here}\``])),
  );
});

test('before and after are what the script makes of it', () => {
  const [before = '', after = ''] = [...page.matchAll(/^```yaml\n([^]*?)^```/gm)].map(
    ([, code = '']) => code,
  );
  const indented = (code: string): string => code.replaceAll(/^(?=.)/gm, '      ');
  const head = 'jobs:\n  deploy:\n    steps:\n';
  const { text, decisions } = migrate(head + indented(before), 'assume-role-chain/assume-role-chain@v1');
  expect(parse(text)).toEqual(parse(head + indented(after)));
  expect(text).toBe(head + indented(after));
  expect(decisions).toEqual([]);
});
