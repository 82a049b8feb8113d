import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate, type Migration, type Remark } from './migrate/workflow.ts';

/**
 * `npm run migrate -- [--check] [--action NAME@REF] FILE...`: rewrites the steps of workflows and composite actions that use
 * aws-actions/configure-aws-credentials, and says what somebody must decide. A folder stands for the YAML files in it.
 * With `--check` nothing is written, and the exit code is 1 where something would be. Exit code 2: a file that cannot be read.
 */
const usage = 'Usage: npm run migrate -- [--check] [--action NAME@REF] FILE...';

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !file.includes('node_modules'))
    .sort();
}

function report(path: string, { steps, decisions, notes }: Migration, check: boolean): void {
  const done = check ? 'to rewrite' : 'rewritten';
  console.log(`${path}: ${steps} ${steps === 1 ? 'step' : 'steps'} ${done}`);
  const list = (title: string, remarks: readonly Remark[]): void => {
    if (remarks.length === 0) return;
    console.log(`  ${title}`);
    for (const { line, text } of remarks) console.log(`    line ${line}: ${text}`);
  };
  list('To decide:', decisions);
  list('Good to know:', notes);
}

/** @returns the exit code */
function main(): number {
  const { values, positionals } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      action: { type: 'string', default: 'assume-role-chain/assume-role-chain@v1' },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Error('no file was named');
  if (!/^(\.\/|[\w.-]+\/[\w.-]+(\/[\w./-]+)?@\S+$)/.test(values.action))
    throw new Error(`--action takes NAME@REF, such as assume-role-chain/assume-role-chain@v1`);
  // npm changes to the package's folder, and says where it was called.
  const from = process.env['INIT_CWD'] ?? '.';
  const found = positionals.flatMap((path) => filesOf(resolve(from, path)));
  const migrations = found.map((path) => {
    try {
      // What is no UTF-8 would not be written as it was read.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
      return { path, text, migration: migrate(text, values.action) };
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
    }
  });
  const touched = migrations.filter(
    ({ text, migration }) => migration.text !== text || migration.decisions.length > 0,
  );
  for (const { path, text, migration } of touched) {
    if (!values.check && migration.text !== text) writeFileSync(path, migration.text);
    report(path, migration, values.check);
  }
  if (touched.length === 0)
    console.log(`${found.length} files were looked at: no step uses aws-actions/configure-aws-credentials.`);
  return values.check && migrations.some(({ text, migration }) => migration.text !== text) ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`${(error as Error).message}\n${usage}`);
  process.exitCode = 2;
}
