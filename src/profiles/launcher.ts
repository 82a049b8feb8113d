import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePrivate } from './folder.ts';
import { quoteForShell } from './paths.ts';

/** The command `assume-role-chain`, as a folder for the PATH. */

/** What runs the command. */
export interface CommandProgram {
  /** The runner's own Node.js. */
  readonly node: string;
  /** The command's file in dist/. */
  readonly bundle: string;
  /** The step's folder, by which the command finds its profiles. */
  readonly stepFolder: string;
  readonly windows: boolean;
}

export const commandName = 'assume-role-chain';

/**
 * Writes the command into a step's folder: a script, which Git Bash on Windows runs too, and on Windows a `.cmd` file for
 * all other programs.
 * @param own the step's folder
 * @param program its paths may be other names, which cmd.exe reads whatever the code page
 * @returns the folder for the PATH
 * @throws the system's error
 */
export function writeCommand(own: string, program: CommandProgram): string {
  const folder = join(own, 'bin');
  mkdirSync(folder, { mode: 0o700 });
  // The mode given above passes through the umask.
  chmodSync(folder, 0o700);
  chmodSync(writePrivate(folder, commandName, script(program)), 0o700);
  if (program.windows) writePrivate(folder, `${commandName}.cmd`, batchFile(program));
  return folder;
}

/** Bytes: Linux before 5.1 cuts the first line of a script at 127 (man 2 execve). */
const longestInterpreter = 120;

/**
 * A script that Node.js itself runs. Where its path cannot be on the first line of a script, `sh` starts it: that takes
 * longer, and some shells remove variables whose names have a `-` or `.` in them.
 */
export function script({ node, bundle, stepFolder, windows }: CommandProgram): string {
  const isInterpreter = /^[A-Za-z0-9_./+-]+$/.test(node) && node.length <= longestInterpreter;
  if (!windows && isInterpreter) {
    const [folder, url] = [stepFolder, pathToFileURL(bundle).href].map((text) => JSON.stringify(text));
    return `#!${node}\nprocess.argv.splice(2, 0, ${folder});\nimport(${url});\n`;
  }
  return `#!/bin/sh\nexec ${[node, bundle, stepFolder].map(quoteForShell).join(' ')} "$@"\n`;
}

/** The last line, so that its exit code is that of the file. A percent sign in a batch file is written twice. */
export function batchFile({ node, bundle, stepFolder }: CommandProgram): string {
  const words = [node, bundle, stepFolder].map((word) => `"${word.replaceAll('%', '%%')}"`);
  return `@${words.join(' ')} %*\r\n`;
}
