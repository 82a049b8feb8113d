import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/** Programs of others that some tests run: needed where CI is set, left out elsewhere with a word about it. */

/** Whether a program is there, told by a call that does nothing. */
export const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A test that is left out where its program is not installed. */
export function where(installed: boolean, program: string): typeof test.skip {
  if (installed || process.env['CI'] === 'true') return test;
  process.stderr.write(`${program} is not installed: its test is left out\n`);
  return test.skip;
}
