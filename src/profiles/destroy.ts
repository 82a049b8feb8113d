import {
  chmodSync,
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ownerFile, privateFolder, privateFolderFault } from './folder.ts';

/**
 * Destroys what a step has stored. Each file is overwritten, except the owner's record, and then removed: what a folder's removal leaves behind (a
 * process of the job uses it, which on Windows keeps the whole folder) has no secret in it any more.
 */

/**
 * Destroys a step's folder, and removes the private folder with the last of them.
 * @returns what remains, each with the system's error code; empty when nothing does
 */
export async function destroyStepFolder(temp: string, own: string): Promise<string[]> {
  if (process.platform === 'win32') {
    const { removeAlias } = await import(/* webpackChunkName: 'profiles' */ './windows-paths.ts');
    removeAlias(own, temp);
  }
  // Through a link it would destroy something else.
  if (privateFolderFault(temp) !== undefined) return [];
  const gone = `${own}.gone`;
  try {
    // A process that still writes there finds no folder any more.
    renameSync(own, gone);
  } catch {
    // It is gone already, or in use on Windows.
  }
  const remaining = await destroyAll([gone, own]);
  try {
    rmdirSync(privateFolder(temp));
  } catch {
    // Another step of this job still has files in it, or it is gone.
  }
  return remaining;
}

/** Files at once. A disk takes many syncs together in little more time than one; each keeps a file open. */
const atOnce = 64;

/**
 * Destroys a file, or a folder with everything in it. Links are removed, never followed.
 * @returns what remains, each with the system's error code; empty when nothing does
 */
export async function destroy(path: string): Promise<string[]> {
  let stats: Stats | undefined;
  const unseen = await attempt(path, () => {
    stats = lstatSync(path);
  });
  if (!stats) return unseen;
  if (!stats.isDirectory()) {
    // A file with another name elsewhere is not this action's: it writes no hard links. Only the name here is removed,
    // or a link planted in a private folder would make this action erase a file of the user's.
    // The owner's record has no secret: to wait for the disk would cost each job some milliseconds.
    if (stats.isFile() && stats.nlink === 1 && basename(path) !== ownerFile) await attempt(path, overwrite);
    return attempt(path, unlinkSync);
  }
  const names: string[] = [];
  const unreadable = await attempt(path, () => {
    names.push(...readdirSync(path));
  });
  if (unreadable.length > 0) return unreadable;
  const remaining = await destroyAll(
    names.filter((name) => name !== ownerFile).map((name) => join(path, name)),
  );
  if (remaining.length > 0) return remaining;
  // Last: if this process is killed before, a later job still finds out whose folder this is.
  await destroyAll([join(path, ownerFile)]);
  return attempt(path, rmdirSync);
}

/** {@link destroy}, for many: credentials and keys first, so that a process that is killed before it has finished leaves none. */
export async function destroyAll(paths: readonly string[]): Promise<string[]> {
  const remaining: string[] = [];
  const sorted = paths.toSorted((a, b) => Number(hasSecrets(b)) - Number(hasSecrets(a)));
  for (let first = 0; first < sorted.length; first += atOnce)
    remaining.push(...(await Promise.all(sorted.slice(first, first + atOnce).map(destroy))).flat());
  return remaining;
}

const hasSecrets = (path: string): boolean => /\.cache\.json|^key$|^shared-|^each-/.test(basename(path));

async function overwrite(path: string): Promise<void> {
  chmodSync(path, 0o600);
  // Windows has no O_NOFOLLOW: there it counts as 0.
  const file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeSync(file, Buffer.alloc(fstatSync(file).size));
    await toDisk(file);
  } finally {
    closeSync(file);
  }
}

/** Until the zeroes are on the disk: a file that is removed earlier may leave its content there. */
const toDisk = promisify(fdatasync);

async function attempt(path: string, run: (path: string) => void | Promise<void>): Promise<string[]> {
  try {
    await run(path);
    return [];
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return ['ENOENT', 'ENOTDIR'].includes(code) ? [] : [`${path} (${code})`];
  }
}
