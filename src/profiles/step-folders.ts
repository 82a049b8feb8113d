import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jobOf, privateFolder } from './folder.ts';
import { thisJob } from './job-process.ts';
import { isStepFolder } from './private-paths.ts';
import { isReleased } from './stored-profiles.ts';

/** The private folders of a job's steps. */

/** @param parent the private folder @returns those of all steps with profiles, the last one first */
export const stepFoldersIn = (parent: string): string[] =>
  readdirSync(parent)
    .map((name) => join(parent, name))
    .filter(isStepFolder)
    .map((folder) => ({ folder, made: madeAt(folder) }))
    .sort((a, b) => b.made - a.made)
    .map(({ folder }) => folder);

/** Milliseconds since 1970. The record of the profiles is written once; what has none is not looked at. */
function madeAt(folder: string): number {
  return statSync(join(folder, 'profiles.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * The folders that `assume-role-chain release` has emptied, of this job alone: a runner that does not empty its temporary
 * folder may have those of other jobs.
 * @param temp the runner's temporary folder
 * @returns the last one first; none where there is no private folder
 */
export function releasedFolders(temp: string): string[] {
  const parent = privateFolder(temp);
  if (!existsSync(parent)) return [];
  const { pid, started } = thisJob();
  return stepFoldersIn(parent).filter((folder) => {
    const job = isReleased(folder) ? jobOf(folder) : undefined;
    return job?.pid === pid && job.started === started;
  });
}
