import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { destroy } from './destroy.ts';
import { jobOf, privateFolder } from './folder.ts';
import { hasEnded, isRunning } from './job-process.ts';
import { folderFault, isStepFolder, isStepId } from './private-paths.ts';

/**
 * Private folders of jobs that were killed before their post step. The runner empties its temporary folder when a job
 * begins, but not every runner does (Gitea, act, a folder of one's own), and base keys would stay on the disk.
 */

/** Milliseconds: a job that has not touched its files for a day has ended, or a process of it is found. */
const day = 24 * 3_600_000;

/**
 * Destroys folders that no process uses: those of another job that has ended; those that have not been written to for a day,
 * where the job is not known to run; and those whose removal was interrupted.
 * @param own the folder of this step, which stays
 * @param now milliseconds since 1970
 * @returns how many were destroyed
 */
export async function removeStaleFolders(temp: string, own: string, now: number): Promise<number> {
  const folder = privateFolder(temp);
  const run = jobOf(own)?.run;
  const stale = namesIn(folder)
    .map((name) => join(folder, name))
    .filter((path) => path !== own && (isHalfGone(path) || (isStepFolder(path) && isStale(path, run, now))));
  if (stale.length === 0) return 0;
  const used = processesText();
  let destroyed = 0;
  for (const path of stale) if (!used.includes(path) && (await destroy(path)).length === 0) destroyed++;
  return destroyed;
}

/** A time a day in the future is stale, too: it was written while the clock was wrong. */
const isOld = (written: number, now: number): boolean => Math.abs(now - written) > day;

/** @param run this job, whose folders stay even if the process that made them has ended */
function isStale(folder: string, run: string | undefined, now: number): boolean {
  const job = jobOf(folder);
  if (job && job.run !== run && hasEnded(job)) return true;
  return isOld(lastWritten(folder), now) && !(job && isRunning(job));
}

/** A step's folder whose removal did not end. Its name is changed first, so nothing uses it. */
function isHalfGone(path: string): boolean {
  if (!path.endsWith('.gone') || !isStepId(basename(path, '.gone'))) return false;
  return [dirname(path), path].every((one) => {
    const stats = lstatSync(one, { throwIfNoEntry: false });
    return stats !== undefined && folderFault(stats) === undefined;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Milliseconds since 1970, of the folder and of the files in it: a profile's cache is written at each renewal. */
function lastWritten(folder: string): number {
  const paths = [folder, ...namesIn(folder).map((name) => join(folder, name))];
  return Math.max(...paths.map((path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

/** Command lines and environments of all processes that this user may look at; nothing where there is no /proc. */
function processesText(): string {
  return namesIn('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => ['cmdline', 'environ'].map((file) => processFile(`/proc/${pid}/${file}`)))
    .join('\0');
}

function processFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
