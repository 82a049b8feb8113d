import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { clients, variableRules } from '../src/delivery/variable-rules.ts';
import { toolFacts, type ToolFacts } from './tools/facts.ts';

/** Writes the tables of docs/tools.md: of tools, from tools/facts.ts, and of variables, from src/delivery/variable-rules.ts. */

const page = join(import.meta.dirname, '..', 'docs', 'tools.md');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const evidence = { tests: 'tests', trial: 'trial' } as const;
const step = { blank: 'blanks it', warn: 'warns', 'blank and warn': 'blanks it and warns' } as const;
const yes = (works: boolean): string => (works ? 'yes' : 'no');

function toolTable(facts: readonly ToolFacts[]): string {
  const rows = facts.map(({ name, profiles, needs, evidence: known }) => [
    ...[name, 'yes', yes(profiles), yes(profiles), 'yes', needs, evidence[known]],
  ]);
  return table(
    ['tool', 'keys', '`profile`', '`accounts`', '`exec`', 'for profiles, it needs', 'checked by'],
    rows,
  );
}

function failureTable(facts: readonly ToolFacts[]): string {
  const rows = facts.map(({ name, shows, showsReason }) => [name, `\`${shows.trim()}\``, yes(showsReason)]);
  return table(['tool', 'shows', 'shows the reason'], rows);
}

/** Rules that differ only in their variable are one row. */
function variableTable(): string {
  const rows = new Map<string, { names: Set<string>; rest: string[] }>();
  for (const { name, deliveries, value, does, clients: who, effect } of variableRules) {
    const state = value === 'empty' ? 'empty' : value === 'other-account' ? 'another account' : 'set';
    const whom = who.map((one) => clients[one]).join(', ');
    const rest = [state, deliveries.join(', '), step[does], `${whom}: ${effect}`];
    const row = rows.get(rest.join('|')) ?? { names: new Set<string>(), rest };
    rows.set(rest.join('|'), { ...row, names: row.names.add(`\`${name}\``) });
  }
  return table(
    ['variable', 'if it is', 'and the step delivers', 'the step', 'effect if it is not blanked'],
    [...rows.values()].map(({ names, rest }) => [[...names].join('<br>'), ...rest]),
  );
}

/** The page with new tables. @param text the page as it is */
export async function withToolTables(text: string): Promise<string> {
  const tables = {
    tools: toolTable(toolFacts),
    failures: failureTable(toolFacts),
    variables: variableTable(),
  };
  const made = Object.entries(tables).reduce(
    (whole, [mark, lines]) =>
      whole.replace(
        new RegExp(`(<!-- ${mark} -->)[^]*(<!-- /${mark} -->)`),
        (_, begin: string, end: string) => `${begin}\n\n${lines}\n\n${end}`,
      ),
    text,
  );
  return format(made, { ...(await resolveConfig(page)), parser: 'markdown' });
}

if (import.meta.main) writeFileSync(page, await withToolTables(readFileSync(page, 'utf8')));
