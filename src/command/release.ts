import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keysFingerprint } from '../delivery/environment.ts';
import type { Change } from '../delivery/variables.ts';
import { exportVariable } from '../github/commands.ts';
import { hasExported } from '../profiles/exported-sessions.ts';
import { destroyAll } from '../profiles/destroy.ts';
import { writePrivate } from '../profiles/folder.ts';
import { beforeStep } from '../profiles/hidden.ts';
import { keyVariableOf } from '../profiles/plan-key.ts';
import { stepFoldersBeside } from '../profiles/job-profiles.ts';
import { haveProfile, isReleased, releasedName } from '../profiles/stored-profiles.ts';
import { complain, type Context } from './context.ts';

/**
 * Files that hold credentials or a way to get them: plans, caches, sessions of shared roles, failures, locks, and the config
 * and credentials files that name them. What the post step needs is left: nothing in it is a secret, or it is of no use without the runner's
 * state.
 */
const destroyed = /^(plan-.*|shared-.*|config|credentials|each-.*)$/;

/** None of them may be left to name what is gone. */
const fileVariables = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
const keyVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * Destroys the credentials of all steps of the job now, and blanks what they exported for later steps. Where the user has
 * files of their own they are named again: no profile of a step has the name of one in them. AWS_PROFILE, AWS_REGION,
 * AWS_EC2_METADATA_DISABLED and what the steps blanked stay until the post step: an empty profile or region breaks
 * clients, and with the others as they were tools would use the runner's own role.
 * @returns exit code 1 where a file is left, or later steps cannot be changed
 */
export async function release(context: Omit<Context, 'profiles' | 'credentialsOf'>): Promise<number> {
  const { stepFolder, environment } = context;
  const folders = stepFoldersBeside(stepFolder);
  const changes = changesFor(context, folders);
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => destroyed.test(name))
      .map((name) => join(folder, name)),
  );
  const left = await destroyAll(files);
  for (const folder of folders) if (!isReleased(folder)) writePrivate(folder, releasedName, '');
  const areSet = changes.length === 0 || existsSync(environment['GITHUB_ENV'] ?? '');
  if (areSet) for (const { name, value } of changes) exportVariable(name, value);
  else complain(`GITHUB_ENV does not name a file, so later steps still have ${namesOf(changes)}.`);
  if (left.length > 0) complain(`cannot be removed: ${left.join(', ')}.`);
  else
    complain(
      `released: the credentials are destroyed.${areSet ? laterSteps(changes) : ''}${haveProfile(folders, environment['AWS_PROFILE']) ? profileStays : ''}`,
    );
  return left.length > 0 || !areSet ? 1 : 0;
}

function changesFor(
  { environment, isOurs }: Pick<Context, 'environment' | 'isOurs'>,
  folders: readonly string[],
): Change[] {
  const isFile = (name: string): boolean => fileVariables.includes(name);
  const before = folders.reduce((later, folder) => beforeStep(later, folder, isFile), environment);
  const restored = (name: string): string => {
    const value = before[name] ?? '';
    return isOurs(value) ? '' : value;
  };
  const files = fileVariables.filter((name) => isOurs(environment[name] ?? ''));
  // They decrypt base keys and the sessions of shared roles.
  const secrets = folders
    .map((folder) => keyVariableOf(basename(folder)))
    .filter((name) => environment[name]);
  const blanked = [...(exportsKeys(folders, environment) ? keyVariables : []), ...secrets];
  return [
    ...files.map((name) => ({ name, value: restored(name) })),
    ...blanked.map((name) => ({ name, value: '' })),
  ];
}

const namesOf = (changes: readonly Change[]): string => changes.map(({ name }) => name).join(', ');

const profileStays =
  ' AWS_PROFILE stays, because GitHub cannot unset it: tools fail until a step of this action has the input profile.';

/** What later steps have. */
function laterSteps(changes: readonly Change[]): string {
  const keys = changes.some(({ name }) => keyVariables.includes(name));
  const [blanked, restored] = [true, false].map((empty) =>
    namesOf(changes.filter(({ value }) => (value === '') === empty)),
  );
  return [
    blanked ? ` Blanked for later steps: ${blanked}.` : '',
    restored ? ` Restored for later steps: ${restored}.` : '',
    keys ? " Tools that find no keys and no profile use the runner's own role, if it has one." : '',
  ].join('');
}

/** Whether the keys in the environment are those that a step of this action exported. */
function exportsKeys(folders: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  const keys = keysFingerprint(environment);
  return keys !== undefined && folders.some((folder) => hasExported(folder, keys));
}
