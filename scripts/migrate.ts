import { relative, resolve } from 'node:path';
import { unifiedDiff } from './migrate/diff.ts';
import { filesOf, readWorkflow, writeWhole } from './migrate/files.ts';
import { help, readCommand, type Command } from './migrate/options.ts';
import { exitCodeOf, reportJson, reportText, type FileResult } from './migrate/report.ts';
import { migrate } from './migrate/workflow.ts';

/**
 * Rewrites workflows of aws-actions/configure-aws-credentials: `npm run migrate -- FILE...` in a clone, or `node
 * migrate.mjs FILE...` with the file of a release. docs/migrating.md describes it; `--help` prints the options.
 */

/**
 * `npm run migrate` changes to the package's folder; INIT_CWD has the folder where it was called. Other npm scripts
 * do not matter.
 */
const called = process.env['npm_lifecycle_event'] === 'migrate' ? process.env['INIT_CWD'] : undefined;
const from = called ?? process.cwd();

/** @returns undefined for a file without a step of the other action */
function migrateFile(path: string, command: Command): FileResult | undefined {
  const named = relative(from, path).replaceAll('\\', '/') || path;
  const failed = (error: unknown): FileResult => {
    const message = (error as Error).message.split('\n')[0] ?? '';
    return { path: named, migration: undefined, error: message, changed: false, diff: '' };
  };
  try {
    const text = readWorkflow(path);
    if (text === undefined) return undefined;
    const migration = migrate(text, command);
    const changed = migration.text !== text;
    const result = { path: named, migration, error: undefined, changed, diff: '' };
    if (command.diff) return { ...result, diff: unifiedDiff(named, text, migration.text) };
    if (!changed || command.check) return result;
    try {
      writeWhole(path, migration.text);
      return result;
    } catch (error) {
      return { ...failed(error), migration };
    }
  } catch (error) {
    return failed(error);
  }
}

function main(): number {
  const command = readCommand(process.argv.slice(2));
  if (command.help) {
    process.stdout.write(help);
    return 0;
  }
  const results: FileResult[] = [];
  const seen = new Set<string>();
  for (const path of command.paths) {
    try {
      const files = filesOf(resolve(from, path)).filter((file) => !seen.has(file));
      files.forEach((file) => seen.add(file));
      results.push(...files.flatMap((file) => migrateFile(file, command) ?? []));
    } catch (error) {
      results.push({ path, migration: undefined, error: (error as Error).message, changed: false, diff: '' });
    }
  }
  const written = !command.check && !command.diff;
  if (command.json) process.stdout.write(reportJson(results, seen.size, command.diff));
  else {
    if (command.diff) process.stdout.write(results.map(({ diff }) => diff).join(''));
    (command.diff ? process.stderr : process.stdout).write(reportText(results, seen.size, written));
  }
  return exitCodeOf(results);
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${help}`);
  process.exitCode = 1;
}
