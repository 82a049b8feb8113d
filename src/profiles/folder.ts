import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ActionError } from '../text/action-error.ts';
import { fingerprint } from './encrypt.ts';
import { thisJob, type JobProcess } from './job-process.ts';
import { folderFault, folderName, isStepFolder } from './private-paths.ts';
import { isNumber, isShape, isText, readRecord, recordText } from './record.ts';

/**
 * The private folder: under the runner's temporary folder, for this user alone (0700, files 0600), with a folder in it
 * for each step that delivers. Its name is fixed, so that the steps of a job find each other's files. A folder of
 * another user is refused.
 */

/** The private folder's path, made or not. */
export function privateFolder(temp: string): string {
  return join(temp, folderName);
}

/** A step that delivers, and the proof that a folder is its own. */
export interface StepIdentity {
  /** A UUID, the name of the step's folder. */
  readonly id: string;
  /** 32 random bytes, base64url. Only its fingerprint is in the folder. */
  readonly nonce: string;
}

/** The path of a step's own folder, made or not. @param id a UUID */
export function stepFolder(temp: string, id: string): string {
  return join(privateFolder(temp), id);
}

/** Written first, and removed last. */
export const ownerFile = 'owner.json';
const format = 1;
const isOwner = isShape<JobProcess & { nonce: string }>({
  ...{ nonce: isText, pid: isNumber, started: isText, run: isText },
});

/**
 * Makes a step's own folder, and the private folder where need be.
 * @param job the process that runs the step's job
 * @throws ActionError folder-unusable when the private folder belongs to another user, is a link, or is open to others
 */
export function makeStepFolder(
  temp: string,
  { id, nonce }: StepIdentity,
  job = thisJob(process.env),
): string {
  make(privateFolder(temp), true);
  const fault = privateFolderFault(temp);
  if (fault) throw new ActionError('folder-unusable', fault);
  const own = stepFolder(temp, id);
  make(own, false);
  writePrivate(own, ownerFile, recordText(format, { nonce: fingerprint(nonce), ...job }));
  return own;
}

function make(folder: string, mayExist: boolean): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
    // The mode given above passes through the umask.
    chmodSync(folder, 0o700);
  } catch (error) {
    if (!mayExist || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Whether {@link makeStepFolder} made this folder, as this user, for this step. */
export function isOwned(folder: string, { nonce }: StepIdentity): boolean {
  if (!isStepFolder(folder) || folderFault(lstatSync(folder)) !== undefined) return false;
  return ownerOf(folder)?.nonce === fingerprint(nonce);
}

const ownerOf = (folder: string): (JobProcess & { nonce: string }) | undefined =>
  readRecord(readPrivate(join(folder, ownerFile)), format, isOwner);

/**
 * Whether a folder that is not trusted may be destroyed. It must belong to this user, and its owner record must name no other
 * step: it is missing or damaged where the step was killed before it had written the record, or where a later step changed it. The
 * folder is closed to other users.
 */
export function mayDestroy(folder: string, { nonce }: StepIdentity): boolean {
  const isOthers = (): boolean => {
    const named = nonceIn(readPrivate(join(folder, ownerFile)));
    return named !== undefined && named !== fingerprint(nonce);
  };
  if (isOthers()) return false;
  // Read again when nobody else can change it any more.
  return [dirname(folder), folder].every(closeToOthers) && !isOthers();
}

/** The fingerprint in an owner record of any format: another version of this action may have written it. */
function nonceIn(text: string | undefined): string | undefined {
  try {
    const { nonce } = JSON.parse(text ?? '') as { nonce?: unknown };
    return isText(nonce) ? nonce : undefined;
  } catch {
    return undefined;
  }
}

/** @returns false for what is no folder of this user, a link included, and where its mode cannot be changed */
function closeToOthers(path: string): boolean {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      if (process.getuid && fstatSync(file).uid !== process.getuid()) return false;
      fchmodSync(file, 0o700);
    } finally {
      closeSync(file);
    }
    return true;
  } catch {
    // Windows opens no folders: there the runner's temporary folder is the user's own.
    return process.getuid === undefined && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  }
}

/** The process of the job that made a step's folder; undefined where the folder does not say. */
export const jobOf = (folder: string): JobProcess | undefined => ownerOf(folder);

/** Writes a file that only this user can read. @returns its path */
export function writePrivate(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
  return path;
}

/** Reads a private file; undefined where it is gone or is no file. */
export function readPrivate(path: string): string | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a private folder that exists; undefined for none, and for one that is as it must be. */
export function privateFolderFault(temp: string): string | undefined {
  const folder = privateFolder(temp);
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const fault = stats && folderFault(stats);
  return fault && `the private folder ${folder} ${fault}: remove it, and find out who created it`;
}
