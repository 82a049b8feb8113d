import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that a step writes for the runner, one of each kind for each step (actions/runner, FileCommandManager). */

const kinds = {
  GITHUB_ENV: { prefix: 'set_env', title: 'env' },
  GITHUB_OUTPUT: { prefix: 'set_output', title: 'output' },
  GITHUB_STATE: { prefix: 'save_state', title: 'state' },
  GITHUB_PATH: { prefix: 'add_path', title: 'path' },
  GITHUB_STEP_SUMMARY: { prefix: 'step_summary', title: 'step_summary' },
} as const;

/** What a step wrote to its files. */
export interface FileCommands {
  readonly env: Record<string, string>;
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  /** In the order they were written. */
  readonly paths: readonly string[];
  /** As written, unmasked; empty when it is longer than GitHub accepts. */
  readonly summary: string;
  /** The runner's messages about lines that it cannot read or does not accept. */
  readonly errors: readonly string[];
  /** Whether a file could not be read, which fails the step. */
  readonly unreadable: boolean;
}

/** A summary's limit: 1 MiB a step (GitHub Docs, "Workflow commands: Adding a job summary"). */
const summaryLimit = 1024 * 1024;

/** Makes a step's files. @returns the variables that name them */
export function makeFiles(temp: string, number: number): Record<string, string> {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    Object.entries(kinds).map(([variable, { prefix }]) => {
      const path = join(folder, `${prefix}_${number}`);
      writeFileSync(path, '');
      return [variable, path];
    }),
  );
}

/** Reads a step's files, whether it succeeded or not. What precedes a line in a wrong format counts. */
export function readFiles(files: Readonly<Record<string, string>>): FileCommands {
  const errors: string[] = [];
  let unreadable = false;
  const text = (variable: keyof typeof kinds): string => {
    const path = files[variable] ?? '';
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const pairs = (variable: keyof typeof kinds): [string, string][] => {
    const found: [string, string][] = [];
    try {
      for (const pair of pairsIn(text(variable), process.platform === 'win32')) found.push(pair);
    } catch (error) {
      unreadable = true;
      errors.push(
        `Unable to process file command '${kinds[variable].title}' successfully.`,
        (error as Error).message,
      );
    }
    return found;
  };
  const isBlocked = ([name]: readonly [string, string]): boolean => name.toUpperCase() === 'NODE_OPTIONS';
  const env = pairs('GITHUB_ENV');
  if (env.some(isBlocked))
    errors.push("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  const outputs = Object.fromEntries(pairs('GITHUB_OUTPUT'));
  const state = Object.fromEntries(pairs('GITHUB_STATE'));
  const paths = text('GITHUB_PATH').split(/\r?\n/).filter(Boolean);
  const written = text('GITHUB_STEP_SUMMARY');
  const tooLong = whyTooLong(Buffer.byteLength(written));
  if (tooLong !== undefined) errors.push(tooLong);
  return {
    env: Object.fromEntries(env.filter((pair) => !isBlocked(pair))),
    outputs,
    state,
    paths,
    summary: tooLong === undefined ? written : '',
    errors,
    unreadable,
  };
}

function whyTooLong(size: number): string | undefined {
  const kilo = [summaryLimit, size].map((bytes) => `${Math.floor(bytes / 1024)}k`);
  return size <= summaryLimit
    ? undefined
    : `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${kilo[0] ?? ''}, got ${kilo[1] ?? ''}. ` +
        'For more information see: https://docs.github.com/actions/using-workflows/' +
        'workflow-commands-for-github-actions#adding-a-markdown-summary';
}

/**
 * `NAME=VALUE` and `NAME<<END`, by whichever sign comes first; END must be on a line of its own. Lines end in LF; on
 * Windows in CRLF, too, which a value of several lines keeps.
 * @throws Error at the first line that is neither
 */
export function* pairsIn(text: string, windows: boolean): Generator<[string, string]> {
  const parts = partsOf(text, windows);
  const lines = parts.filter((_, index) => index % 2 === 0);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      yield [line.slice(0, equals), line.slice(equals + 1)];
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`);
    const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
    if (name === '' || delimiter === '')
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0 && lines.at(-1) !== '') throw new Error('Invalid value. EOF marker missing new line.');
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    yield [name, parts.slice(2 * index + 2, 2 * end - 1).join('')];
    index = end;
  }
}

/** Lines and, between them, their ends. */
const partsOf = (text: string, windows: boolean): string[] => text.split(windows ? /(\r?\n)/ : /(\n)/);
