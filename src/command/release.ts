import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keysFingerprint } from '../delivery/environment.ts';
import { exportVariable } from '../github/commands.ts';
import { hasExported } from '../profiles/exported-sessions.ts';
import { destroyAll } from '../profiles/destroy.ts';
import { writePrivate } from '../profiles/folder.ts';
import { keyVariableOf } from '../profiles/plan-key.ts';
import { stepFoldersBeside } from '../profiles/job-profiles.ts';
import { isReleased, releasedName } from '../profiles/stored-profiles.ts';
import { complain, type Context } from './context.ts';

/**
 * Files that hold credentials or a way to get them: plans, caches, sessions of shared roles, failures, locks, and the config
 * and credentials files that name them. What the post step needs is left: nothing in it is a secret, or it is of no use without the runner's
 * state.
 */
const destroyed = /^(plan-.*|shared-.*|config|credentials|each-.*)$/;

/** Blank, an AWS client goes on as if they were not set; none of them may be left to name what is gone. */
const fileVariables = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
const keyVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * Destroys the credentials of all steps of the job now, and blanks what they exported for later steps. AWS_PROFILE,
 * AWS_REGION and AWS_EC2_METADATA_DISABLED stay until the post step: an empty one breaks clients, and with the last one
 * blank they would use the runner's instance role.
 * @returns exit code 1 where a file is left, or later steps cannot be changed
 */
export async function release({
  stepFolder,
  environment,
  isOurs,
}: Omit<Context, 'profiles' | 'credentialsOf'>): Promise<number> {
  const folders = stepFoldersBeside(stepFolder);
  const names = [
    ...fileVariables.filter((name) => isOurs(environment[name] ?? '')),
    ...(exportsKeys(folders, environment) ? keyVariables : []),
    // They decrypt base keys and the sessions of shared roles.
    ...folders.map((folder) => keyVariableOf(basename(folder))).filter((name) => environment[name]),
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => destroyed.test(name))
      .map((name) => join(folder, name)),
  );
  const left = await destroyAll(files);
  for (const folder of folders) if (!isReleased(folder)) writePrivate(folder, releasedName, '');
  const hasFile = existsSync(environment['GITHUB_ENV'] ?? '');
  if (hasFile) for (const name of names) exportVariable(name, '');
  else if (names.length > 0)
    complain(`GITHUB_ENV does not name a file, so later steps still have ${names.join(', ')}.`);
  if (left.length > 0) complain(`cannot be removed: ${left.join(', ')}.`);
  else
    complain(
      `released: the credentials are destroyed.${names.length > 0 && hasFile ? ` Blanked for later steps: ${names.join(', ')}.` : ''}`,
    );
  return left.length > 0 || (!hasFile && names.length > 0) ? 1 : 0;
}

/** Whether the keys in the environment are those that a step of this action exported. */
function exportsKeys(folders: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  const keys = keysFingerprint(environment);
  return keys !== undefined && folders.some((folder) => hasExported(folder, keys));
}
