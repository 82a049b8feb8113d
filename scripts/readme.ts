import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Writes the README's tables of inputs and outputs from action.yml, so that the two cannot differ. */

interface Described {
  readonly description: string;
  readonly default?: string;
}

const root = join(import.meta.dirname, '..');

/** The README with new tables. */
export function withTables(readme: string, action: string): string {
  const { inputs, outputs } = parse(action) as Record<'inputs' | 'outputs', Record<string, Described>>;
  const cell = (text: string): string =>
    text
      .replaceAll('|', '\\|')
      .replaceAll(
        /\bdocs\/([\w-]+)\.md\b/g,
        (path, name: string) => `[${name.replaceAll('-', ' ')}](${path})`,
      );
  const inputRows = Object.entries(inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.default ? `\`${input.default}\`` : ''} | ${cell(input.description)} |`,
  );
  const outputRows = Object.entries(outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  );
  const between = (text: string, mark: string, lines: readonly string[]): string =>
    text.replace(new RegExp(`(<!-- ${mark} -->\n)[^]*(<!-- /${mark} -->)`), (_, begin: string, end: string) =>
      [begin.trimEnd(), '', ...lines, '', end].join('\n'),
    );
  const withInputs = between(readme, 'inputs', [
    '| input | default | meaning |',
    '| --- | --- | --- |',
    ...inputRows,
  ]);
  return between(withInputs, 'outputs', ['| output | meaning |', '| --- | --- |', ...outputRows]);
}

if (import.meta.main) {
  const path = join(root, 'README.md');
  const text = withTables(readFileSync(path, 'utf8'), readFileSync(join(root, 'action.yml'), 'utf8'));
  writeFileSync(path, text);
}
