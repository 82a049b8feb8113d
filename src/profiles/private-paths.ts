import { lstatSync, type Stats } from 'node:fs';
import { basename, dirname, isAbsolute } from 'node:path';

/**
 * Which paths this action's private files can have. Every call of an AWS client loads this file, so it imports nothing
 * but the file system.
 */

/** The private folder's name, below the runner's temporary folder. */
export const folderName = 'assume-role-chain';

/** Whether this can be the name of a step's folder: a UUID. */
export const isStepId = (id: unknown): id is string =>
  typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

/** The name of the plan's file of a step's profile with this number. */
export const planName = (index: number): string => `plan-${index}.json`;

/** Whether {@link planName} can have made this name. */
export const isPlanName = (name: unknown): name is string =>
  typeof name === 'string' && /^plan-\d{1,5}\.json$/.test(name);

/**
 * Whether a folder is some step's own: a UUID in a private folder, both of them folders and no links, of this user and
 * closed to others. The superuser may use those of another user (`sudo`).
 */
export function isStepFolder(folder: string): boolean {
  const parent = dirname(folder);
  if (!isAbsolute(folder) || basename(parent) !== folderName || !isStepId(basename(folder))) return false;
  const anyOwner = process.getuid?.() === 0;
  return [parent, folder].every((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats !== undefined && folderFault(stats, anyOwner) === undefined;
  });
}

/** Whether a path is that of a plan in a step's folder. The file itself may be gone. */
export function isPlanPath(path: string): boolean {
  return isPlanName(basename(path)) && isStepFolder(dirname(path));
}

/** What is wrong with a private folder, or with a step's folder in it; undefined for nothing. */
export function folderFault(folder: Stats, anyOwner = false): string | undefined {
  if (!folder.isDirectory()) return 'is not a folder';
  // Windows has neither user ids nor these modes; there the runner's temporary folder is the user's own.
  if (process.getuid === undefined) return undefined;
  if (!anyOwner && folder.uid !== process.getuid()) return 'belongs to another user';
  return (folder.mode & 0o077) === 0 ? undefined : 'is open to other users';
}
