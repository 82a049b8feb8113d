import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';

/** A runner's surroundings for code that runs in this process: files, environment, and what was printed. */
export interface Runner {
  readonly temp: string;
  readonly printed: string[];
  /** What was put into one of the runner's files. */
  read(name: 'GITHUB_ENV' | 'GITHUB_OUTPUT' | 'GITHUB_STATE'): Record<string, string>;
  text(name: string): string;
  summary(): string;
  end(): void;
}

/** Sets up the process as a runner would, until `end`. */
export function beRunner(more: Record<string, string> = {}): Runner {
  const before = { ...process.env };
  const temp = mkdtempSync(join(tmpdir(), 'runner-'));
  for (const name of Object.keys(process.env))
    if (/^(AWS|GITHUB|RUNNER|INPUT|STATE|ACTIONS)_|_proxy$|^NODE_EXTRA_CA_CERTS$/i.test(name))
      Reflect.deleteProperty(process.env, name);
  // `@actions/core` remembers the summary's path for as long as it lives.
  const summary = join(tmpdir(), `summary-${process.pid}`);
  writeFileSync(summary, '');
  const files = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_PATH'].map(
    (name) => [name, join(temp, name)] as const,
  );
  for (const [name, path] of files) {
    writeFileSync(path, '');
    process.env[name] = path;
  }
  Object.assign(
    process.env,
    {
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '42',
      GITHUB_WORKSPACE: temp,
    },
    more,
  );
  const printed: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed.push(...String(chunk).split('\n').filter(Boolean));
    return true;
  });
  const text = (name: string): string => readFileSync(join(temp, name), 'utf8');
  return {
    temp,
    printed,
    text,
    summary: () => readFileSync(summary, 'utf8'),
    read: (name) =>
      Object.fromEntries(
        [...text(name).matchAll(/^(.+)<<(ghadelimiter_\S+)\n([^]*?)\n\2$/gm)].map(
          ([, key = '', , value = '']) => [key, value],
        ),
      ),
    end: () => {
      spy.mockRestore();
      for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
      process.exitCode = undefined;
      rmSync(temp, { recursive: true, force: true });
      rmSync(summary, { force: true });
    },
  };
}
