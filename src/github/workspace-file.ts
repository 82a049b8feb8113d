import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Bytes. A list of thousands of accounts has less. */
const largest = 4 * 1024 * 1024;

/**
 * Reads a text file of the workspace. A path or a link that leaves it is refused: what is outside belongs to the machine.
 * @param path relative to the workspace
 * @returns the text, or what is wrong, in words that follow the path in quotes
 */
export function readWorkspaceFile(
  path: string,
  environment: NodeJS.ProcessEnv,
): { readonly text: string } | { readonly wrong: string } {
  const workspace = environment['GITHUB_WORKSPACE'];
  if (!workspace) return { wrong: 'cannot be read: the runner did not set GITHUB_WORKSPACE' };
  try {
    const root = realpathSync(workspace);
    const file = realpathSync(resolve(root, path));
    const inside = relative(root, file);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      return { wrong: 'is not in the workspace: give the path of a file of the repository' };
    }
    const stats = statSync(file);
    if (!stats.isFile()) return { wrong: 'is not a file' };
    if (stats.size > largest) return { wrong: `has ${stats.size} bytes: at most ${largest} are read` };
    // It removes the mark of UTF-8 at the beginning. PowerShell 5 writes UTF-16 by default.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return text.trim() === '' ? { wrong: 'is empty' } : { text };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return { wrong: 'does not exist in the workspace. Is there a checkout step before this one?' };
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { wrong: 'is not UTF-8: save it with that encoding' };
    return { wrong: `cannot be read (${code})` };
  }
}
