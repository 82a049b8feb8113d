import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The private folder: under the runner's temporary one, for this user alone (0700, files 0600). It has a fixed name,
 * so that the steps of a job find each other's files, and whoever else might have made it first is refused.
 */
const folderName = 'assume-role-chain';

/** The private folder's path, made or not. */
export function privateFolder(temp: string): string {
  return join(temp, folderName);
}

/**
 * Writes a file that only this user can read, making the folder where need be.
 * @returns its path
 * @throws Error when the folder belongs to somebody else, is a link, or is open to others
 */
export function writePrivate(temp: string, name: string, content: string): string {
  const folder = privateFolder(temp);
  try {
    mkdirSync(folder, { mode: 0o700 });
    // The mode given above passes through the umask.
    chmodSync(folder, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const strange = strangeness(lstatSync(folder));
  if (strange)
    throw new Error(`The private folder ${folder} ${strange}: remove it, and look for who made it`);
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  return path;
}

/** Reads a private file, or gives undefined where it is gone. */
export function readPrivate(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Removes files of one step, and the folder with the last of them. */
export function removePrivate(temp: string, paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
  try {
    const folder = privateFolder(temp);
    if (strangeness(lstatSync(folder)) === undefined) rmdirSync(folder);
  } catch {
    // Another step of this job still has files in it, or it is gone.
  }
}

function strangeness(folder: Stats): string | undefined {
  if (!folder.isDirectory()) return 'is not a folder';
  // Windows has neither user ids nor these modes; there the runner's temporary folder is the user's own.
  if (process.getuid === undefined) return undefined;
  if (folder.uid !== process.getuid()) return 'belongs to another user';
  return (folder.mode & 0o077) === 0 ? undefined : 'is open to other users';
}
