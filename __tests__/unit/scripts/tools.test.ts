import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withToolTables } from '../../../scripts/tools.ts';
import { toolFacts } from '../../../scripts/tools/facts.ts';
import { variableRules } from '../../../src/delivery/variable-rules.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/tools.md'), 'utf8');

test('docs/tools.md is what npm run tools writes', async () => {
  expect(await withToolTables(page)).toBe(page);
});

test('the page has every tool and every variable', async () => {
  const marks = ['tools', 'failures', 'variables'].map((name) => `<!-- ${name} -->\n<!-- /${name} -->\n`);
  const made = await withToolTables(marks.join('\n'));
  for (const { name } of toolFacts) expect(made).toContain(`| ${name} `);
  for (const { name } of variableRules) expect(made).toContain(`\`${name}\``);
});
