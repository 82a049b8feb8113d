import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from './folder.ts';
import { quoteForShell } from './paths.ts';

/** The command `assume-role-chain`, as a folder for the PATH. */

/** What runs the command. */
export interface CommandProgram {
  /** The runner's own Node.js. */
  readonly node: string;
  /** The command's file in dist/. */
  readonly bundle: string;
  readonly windows: boolean;
}

export const commandName = 'assume-role-chain';

/**
 * Writes the command into a step's folder: a script for `sh`, which Git Bash on Windows runs too, and on Windows a
 * `.cmd` file for all other programs.
 * @param stepFolder absolute; the command finds its profiles by it
 * @returns the folder for the PATH
 * @throws the system's error
 */
export function writeCommand(stepFolder: string, program: CommandProgram): string {
  const folder = join(stepFolder, 'bin');
  mkdirSync(folder, { mode: 0o700 });
  // The mode given above passes through the umask.
  chmodSync(folder, 0o700);
  chmodSync(writePrivate(folder, commandName, shellScript(stepFolder, program)), 0o700);
  if (program.windows) writePrivate(folder, `${commandName}.cmd`, batchFile(stepFolder, program));
  return folder;
}

/** `exec`: signals of the runner and of other programs reach Node.js itself. */
export function shellScript(stepFolder: string, { node, bundle }: CommandProgram): string {
  return `#!/bin/sh\nexec ${[node, bundle, stepFolder].map(quoteForShell).join(' ')} "$@"\n`;
}

/** One line: `cmd.exe` reads a file line by line, and `release` removes this one while it runs. */
export function batchFile(stepFolder: string, { node, bundle }: CommandProgram): string {
  const words = [node, bundle, stepFolder].map((word) => `"${word.replaceAll('%', '%%')}"`);
  return `@${words.join(' ')} %* & exit /b\r\n`;
}
