import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The private folder: under the runner's temporary one, for this user alone (0700, files 0600), with a folder in it
 * for each step that delivers. It has a fixed name, so that the steps of a job find each other's files, and whoever
 * else might have made it first is refused.
 */
const folderName = 'assume-role-chain';

/** The private folder's path, made or not. */
export function privateFolder(temp: string): string {
  return join(temp, folderName);
}

/**
 * Makes a step's own folder, and the private folder where need be.
 * @throws Error when the private folder belongs to somebody else, is a link, or is open to others
 */
export function makeStepFolder(temp: string, id: string): string {
  const folder = privateFolder(temp);
  make(folder, true);
  const fault = folderFault(temp);
  if (fault) throw new Error(fault);
  const own = join(folder, id);
  make(own, false);
  return own;
}

function make(folder: string, mayBeThere: boolean): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
    // The mode given above passes through the umask.
    chmodSync(folder, 0o700);
  } catch (error) {
    if (!mayBeThere || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Writes a file that only this user can read. @returns its path */
export function writePrivate(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
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

/**
 * Removes a step's folder, and the private folder with the last of them.
 * @throws Error when files are left, which a process of the job that still runs may hold
 */
export function removeStepFolder(temp: string, own: string): void {
  const gone = `${own}.gone`;
  try {
    // Whoever still writes there finds no folder any more, and none of its files is half removed.
    renameSync(own, gone);
  } catch {
    // It is gone already; or, on Windows, in use.
  }
  for (const folder of [gone, own])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  try {
    const folder = privateFolder(temp);
    if (strangeness(lstatSync(folder)) === undefined) rmdirSync(folder);
  } catch {
    // Another step of this job still has files in it, or it is gone.
  }
}

/** What is wrong with a private folder that is there already; undefined for none, and for one that is well. */
export function folderFault(temp: string): string | undefined {
  const folder = privateFolder(temp);
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const strange = stats && strangeness(stats);
  return strange && `the private folder ${folder} ${strange}: remove it, and look for who made it`;
}

function strangeness(folder: Stats): string | undefined {
  if (!folder.isDirectory()) return 'is not a folder';
  // Windows has neither user ids nor these modes; there the runner's temporary folder is the user's own.
  if (process.getuid === undefined) return undefined;
  if (folder.uid !== process.getuid()) return 'belongs to another user';
  return (folder.mode & 0o077) === 0 ? undefined : 'is open to other users';
}
