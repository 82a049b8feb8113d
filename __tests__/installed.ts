import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/**
 * Programs that some tests run. If CI is set, they are required. Otherwise the tests of missing programs are skipped,
 * with a message.
 */

/** Whether a program is installed, found out by a call that does nothing. */
export const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A test that is skipped if its program is not installed. */
export function where(installed: boolean, program: string): typeof test.skip {
  if (installed || process.env['CI'] === 'true') return test;
  process.stderr.write(`${program} is not installed: its test is left out\n`);
  return test.skip;
}
