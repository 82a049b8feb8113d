import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/**
 * Programs that some tests run. In CI they are required: `.ci/clients` and ci.yml install them. Elsewhere the tests of
 * missing programs are skipped, with a message.
 */
const isRequired = process.env['CI'] === 'true';

/** Whether a program is installed, found out by a call that does nothing. */
export const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** A test that is skipped if its program is not installed. */
export function where(installed: boolean, program: string): typeof test.skip {
  if (installed || isRequired) return test;
  process.stderr.write(`${program} is not installed: its test is left out\n`);
  return test.skip;
}
