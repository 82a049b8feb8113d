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
import { basename, dirname, isAbsolute, join } from 'node:path';
import { ActionError } from '../text/action-error.ts';

/**
 * The private folder: under the runner's temporary folder, for this user alone (0700, files 0600), with a folder in it
 * for each step that delivers. Its name is fixed, so that the steps of a job find each other's files. One that somebody
 * else made is refused.
 */
const folderName = 'assume-role-chain';

/** The name of a step's folder: a UUID. */
const stepPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The private folder's path, made or not. */
export function privateFolder(temp: string): string {
  return join(temp, folderName);
}

/** The path of a step's own folder, made or not. @param id a UUID */
export function stepFolder(temp: string, id: string): string {
  return join(privateFolder(temp), id);
}

/** Whether this can be the name of a step's folder. */
export const isStepId = (id: unknown): id is string => typeof id === 'string' && stepPattern.test(id);

/**
 * Whether a folder is a step's own, as {@link makeStepFolder} makes it: a UUID in a private folder, both of them folders
 * and no links, of this user and closed to others. The superuser may use those of another user (`sudo`).
 */
export function isStepFolder(folder: string): boolean {
  const parent = dirname(folder);
  if (!isAbsolute(folder) || basename(parent) !== folderName || !isStepId(basename(folder))) return false;
  return [parent, folder].every((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats !== undefined && faultOf(stats, process.getuid?.() === 0) === undefined;
  });
}

/**
 * Makes a step's own folder, and the private folder where need be.
 * @throws ActionError folder-unusable when the private folder belongs to somebody else, is a link, or is open to others
 */
export function makeStepFolder(temp: string, id: string): string {
  const folder = privateFolder(temp);
  make(folder, true);
  const fault = folderFault(temp);
  if (fault) throw new ActionError('folder-unusable', fault);
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
    if (faultOf(lstatSync(folder)) === undefined) rmdirSync(folder);
  } catch {
    // Another step of this job still has files in it, or it is gone.
  }
}

/** What is wrong with a private folder that is there already; undefined for none, and for one that is well. */
export function folderFault(temp: string): string | undefined {
  const folder = privateFolder(temp);
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const fault = stats && faultOf(stats);
  return fault && `the private folder ${folder} ${fault}: remove it, and find out who made it`;
}

function faultOf(folder: Stats, anyOwner = false): string | undefined {
  if (!folder.isDirectory()) return 'is not a folder';
  // Windows has neither user ids nor these modes; there the runner's temporary folder is the user's own.
  if (process.getuid === undefined) return undefined;
  if (!anyOwner && folder.uid !== process.getuid()) return 'belongs to another user';
  return (folder.mode & 0o077) === 0 ? undefined : 'is open to other users';
}
