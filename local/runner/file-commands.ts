import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files through which a step talks to the runner: one of each kind a step (actions/runner, FileCommandManager). */

const kinds = {
  GITHUB_ENV: 'set_env',
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STATE: 'save_state',
  GITHUB_PATH: 'add_path',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;

/** What a step said through its files. */
export interface Said {
  readonly env: Record<string, string>;
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly paths: readonly string[];
  readonly summary: string;
  /** What the runner would say of lines that it cannot read. */
  readonly errors: readonly string[];
}

/** The variables that name a step's files, freshly made. */
export function makeFiles(temp: string, number: number): Record<string, string> {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    Object.entries(kinds).map(([variable, kind]) => {
      const path = join(folder, `${kind}_${number}`);
      writeFileSync(path, '');
      return [variable, path];
    }),
  );
}

/** Reads a step's files, whether it succeeded or not. */
export function readFiles(files: Readonly<Record<string, string>>): Said {
  const errors: string[] = [];
  const text = (variable: keyof typeof kinds): string => readFileSync(files[variable] ?? '', 'utf8');
  const pairs = (variable: keyof typeof kinds): Record<string, string> => {
    try {
      return parsePairs(text(variable));
    } catch (error) {
      errors.push(`Unable to process file command '${variable}' successfully. ${(error as Error).message}`);
      return {};
    }
  };
  const { NODE_OPTIONS: blocked, ...env } = pairs('GITHUB_ENV');
  if (blocked !== undefined)
    errors.push("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  const paths = text('GITHUB_PATH')
    .split('\n')
    .filter((line) => line !== '');
  return {
    env,
    outputs: pairs('GITHUB_OUTPUT'),
    state: pairs('GITHUB_STATE'),
    paths,
    summary: text('GITHUB_STEP_SUMMARY'),
    errors,
  };
}

/** `NAME=VALUE` and `NAME<<END`, whichever sign comes first; the end of the latter needs a line of its own. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
    } else if (heredoc > 0 && line.length > heredoc + 2) {
      const end = lines.indexOf(line.slice(heredoc + 2), index + 1);
      if (end < 0)
        throw new Error(`Invalid value. Matching delimiter not found '${line.slice(heredoc + 2)}'`);
      pairs[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return pairs;
}
