import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jobOf } from './folder.ts';
import { runOf } from './job-process.ts';
import { isStepFolder } from './private-paths.ts';
import { isReleased } from './stored-profiles.ts';

/** The private folders of a job's steps. */

/**
 * @param parent the private folder
 * @param run which job: one that was killed has left its folders, where the runner does not empty its temporary folder
 * @returns those of all steps with profiles of this job, the last one first
 */
export const stepFoldersIn = (parent: string, run: string | undefined): string[] =>
  readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => isStepFolder(folder) && jobOf(folder)?.run === run)
    .map((folder) => ({ folder, made: madeAt(folder) }))
    .sort((a, b) => b.made - a.made)
    .map(({ folder }) => folder);

/** Milliseconds since 1970. The record of the profiles is written once; what has none is not looked at. */
function madeAt(folder: string): number {
  return statSync(join(folder, 'profiles.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * The folders of this job that `assume-role-chain release` has emptied.
 * @param parent the private folder @returns the last one first
 */
export const releasedFolders = (parent: string, environment: NodeJS.ProcessEnv): string[] =>
  stepFoldersIn(parent, runOf(environment)).filter(isReleased);
