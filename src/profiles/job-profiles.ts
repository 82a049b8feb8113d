import { lstatSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { jobOf } from './folder.ts';
import { folderFault, folderName, isStepFolder, isStepId } from './private-paths.ts';
import { stepFoldersIn } from './step-folders.ts';
import {
  cacheOf,
  isReleased,
  planPathOf,
  readStoredProfiles,
  type StoredProfile,
} from './stored-profiles.ts';

/** The profiles of all steps of a job, as the command finds them. */

/** A profile with the paths of its files. */
export interface JobProfile extends StoredProfile {
  readonly planPath: string;
  readonly cachePath: string;
  /** The config file of the step that wrote it. */
  readonly configPath: string;
}

/**
 * @param stepFolder the folder of the step that wrote the command
 * @returns the profiles of the last step first; where two steps wrote the same name, the last one's
 * @throws Error where the folder is not private, or has no profiles any more
 */
export function jobProfiles(stepFolder: string): JobProfile[] {
  const folders = stepFoldersBeside(stepFolder);
  const all = folders.flatMap((folder) =>
    (isReleased(folder) ? [] : (readStoredProfiles(folder) ?? [])).map((profile): JobProfile => ({
      ...profile,
      planPath: planPathOf(folder, profile),
      cachePath: cacheOf(folder, profile),
      configPath: join(folder, 'config'),
    })),
  );
  const names = new Set<string>();
  const found = all.filter(({ name }) => !names.has(name) && names.add(name));
  if (found.length > 0) return found;
  throw new Error(
    folders.some(isReleased)
      ? 'the profiles of this job were released: "assume-role-chain release" has destroyed their credentials.'
      : `${dirname(stepFolder)} has no profiles. They exist until the job's post steps run.`,
  );
}

/**
 * The private folders of all steps of the job, the last one first.
 * @throws Error where the given one is not a step's own
 */
export function stepFoldersBeside(stepFolder: string): string[] {
  if (!isStepFolder(stepFolder)) throw new Error(faultOf(stepFolder));
  return stepFoldersIn(dirname(stepFolder), jobOf(stepFolder)?.run);
}

function faultOf(stepFolder: string): string {
  const parent = dirname(stepFolder);
  if (basename(parent) === folderName && isStepId(basename(stepFolder))) {
    for (const folder of [parent, stepFolder]) {
      const stats = statsOf(folder);
      if (!stats) return `${folder} does not exist. Profiles exist until the job's post steps run.`;
      const fault = folderFault(stats, process.getuid?.() === 0);
      if (fault)
        return `${folder} ${fault}, so its files are not used. Profiles work for the user of the job, and for root.`;
    }
  }
  return `${JSON.stringify(stepFolder)} is not a private folder of this action. Run the command by its name, assume-role-chain.`;
}

/** Undefined where there is none, or where it cannot be looked at. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
