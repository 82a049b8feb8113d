import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test` runs every suite, two at a time, and reports all that fail. `npm run test:quick` runs what most changes
 * need, in under a minute: no coverage, no property tests, two end-to-end files, and the rules for changed files only.
 */

const root = join(import.meta.dirname, '..');

/** A suite's name and the command that runs it. */
export type Suite = readonly [name: string, command: readonly string[]];

const script = (name: string, ...more: readonly string[]): Suite => [
  name,
  ['npm', 'run', '--silent', name, ...(more.length > 0 ? ['--', ...more] : [])],
];

/**
 * All suites, in two rows that run in parallel. The end-to-end tests take half of the time and wait for their own
 * processes, so everything else runs beside them. The suite that fails soonest is first.
 */
export const everything: readonly (readonly Suite[])[] = [
  [script('test:e2e', '--maxWorkers=100%'), script('test:clients', '--maxWorkers=100%')],
  [
    ...[
      'lint:types',
      'lint:imports',
      'lint:language',
      'test:workflows',
      'lint:format',
      'lint:rules',
      'test:dist',
    ].map((name) => script(name)),
    // Property tests, and tests of what is not in src/, would take three times as long with coverage.
    script('test:apart', '--maxWorkers=100%'),
    script('test:coverage', '--maxWorkers=100%'),
  ],
];

/** Files that differ from the main branch, committed or not; undefined without Git. */
function changedFiles(): string[] | undefined {
  const git = (...args: string[]): string[] | undefined => {
    const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
    return status === 0 ? stdout.split('\n').filter(Boolean) : undefined;
  };
  const base = ['origin/main', 'main'].map((branch) => git('merge-base', branch, 'HEAD')?.[0]).find(Boolean);
  const tracked = git('diff', '--name-only', '--diff-filter=d', base ?? 'HEAD');
  const added = git('ls-files', '--others', '--exclude-standard');
  return tracked && added ? [...tracked, ...added] : undefined;
}

function quick(): (readonly Suite[])[] {
  const changed = changedFiles();
  const typescript = changed?.filter((file) => file.endsWith('.ts')) ?? ['.'];
  const rules: Suite = ['rules, of changed files', ['npx', 'eslint', ...typescript]];
  const format: Suite = [
    'format, of changed files',
    ['npx', 'prettier', '--check', '--ignore-unknown', ...(changed ?? ['.'])],
  ];
  return [
    // The build checks types too.
    [script('build'), script('test:e2e', 'e2e/chain', 'e2e/post')],
    [
      script('lint:imports'),
      script('lint:language'),
      ...(changed?.length === 0 ? [] : [format]),
      ...(typescript.length === 0 ? [] : [rules]),
      script('test:unit', '--testPathIgnorePatterns', '/unit/(fuzz|local|bench|migrate|scripts)/'),
    ],
  ];
}

interface Result {
  readonly name: string;
  readonly failed: boolean;
  readonly seconds: number;
}

/** Runs one suite and prints its output when it has ended, so that the outputs of suites do not mix. */
async function run([name, [command = '', ...args]]: Suite): Promise<Result> {
  const began = performance.now();
  const child = spawn(command, args, { cwd: root, shell: process.platform === 'win32' });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed.push(chunk);
    });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.on('error', (error) => {
    printed.push(Buffer.from(`${error.message}\n`));
    resolve(true);
  });
  child.on('close', (code) => {
    resolve(code !== 0);
  });
  const failed = await promise;
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`\n== ${name}: ${failed ? 'failed' : 'passed'} in ${seconds} s\n`);
  process.stdout.write(Buffer.concat(printed));
  return { name, failed, seconds };
}

/** @returns the suites that failed */
export async function runAll(rows: readonly (readonly Suite[])[]): Promise<string[]> {
  const results = await Promise.all(
    rows.map(async (row) => {
      const done: Result[] = [];
      for (const suite of row) done.push(await run(suite));
      return done;
    }),
  );
  return results.flat().flatMap(({ name, failed }) => (failed ? [name] : []));
}

if (import.meta.main) {
  const began = performance.now();
  const rows = process.argv.includes('--quick') ? quick() : everything;
  // On one processor, two suites at a time only slow each other down.
  const failed = await runAll(availableParallelism() > 1 ? rows : [rows.flat()]);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    failed.length === 0 ? `\nEverything passed in ${seconds} s.` : `\nFailed: ${failed.join(', ')}.`,
  );
  if (failed.length > 0) process.exitCode = 1;
}
