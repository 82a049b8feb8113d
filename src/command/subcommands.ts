import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { currentCredentials } from '../delivery/current-credentials.ts';
import { jobProfiles } from '../profiles/job-profiles.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';
import { exec } from './exec.ts';

/** The subcommands that work with the job's profiles. `exec` must be fast, so the others are loaded when they are used. */

/**
 * @param stepFolder the private folder of the step that the command belongs to
 * @returns the exit code
 * @throws Error where the folder is not a step's own, or has no profiles any more; UsageError
 */
export async function runSubcommand(
  call: Exclude<Call, { kind: 'help' | 'version' }>,
  stepFolder: string,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const place = { stepFolder, environment, isOurs: (path: string) => isInside(dirname(stepFolder), path) };
  if (call.kind === 'release')
    return (await import(/* webpackChunkName: 'command' */ './release.ts')).release(place);
  const context: Context = {
    ...place,
    profiles: jobProfiles(stepFolder),
    credentialsOf: ({ planPath }, stop) => currentCredentials(planPath, process.env, stop),
  };
  switch (call.kind) {
    case 'exec':
      return exec(call, context);
    case 'env':
      return (await import(/* webpackChunkName: 'command' */ './env.ts')).env(call, context);
    case 'each':
      return (await import(/* webpackChunkName: 'command' */ './each.ts')).each(call, context);
    case 'status':
      return (await import(/* webpackChunkName: 'command' */ './status.ts')).status(call, context);
  }
}

function isInside(folder: string, path: string): boolean {
  if (!isAbsolute(path)) return false;
  const inside = (place: string): boolean => join(path).startsWith(`${place}${sep}`);
  if (inside(folder)) return true;
  try {
    // On Windows the same folder may have another name.
    return realpathSync.native(path).startsWith(`${realpathSync.native(folder)}${sep}`);
  } catch {
    return false;
  }
}
