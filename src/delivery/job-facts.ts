import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { secretAccounts } from '../github/masks.ts';
import { workflowFacts } from '../github/workflow.ts';
import { readWorkspaceFile } from '../github/workspace-file.ts';
import type { Outset } from '../request/given.ts';
import { privateFolder, privateFolderFault } from '../profiles/folder.ts';
import { withHidden } from '../profiles/hidden.ts';
import type { ProfileFacts } from '../request/profile.ts';
import type { RequestFacts } from '../request/request.ts';
import { awsVariables } from '../sources/ambient.ts';
import { isChangedVariable } from './environment.ts';
import { secretVariables } from './secret-variables.ts';
import { mayAskForIdToken } from '../sources/id-token.ts';
import { unreadable } from '../sources/readable-file.ts';
import { runnerProblems } from './runner-problems.ts';

type Environment = NodeJS.ProcessEnv;

/**
 * What the checks of the inputs may look at beside them: the job's environment and files. What only some requests need is
 * loaded only for these.
 * @throws the system's error, for a chunk of this action that cannot be loaded
 */
export async function jobFacts(
  { hasAccountList, hasOrganization, hasProfiles, accountsFile: path, maskAccountIds }: Outset,
  environment: Environment,
): Promise<RequestFacts> {
  const accountsFile = path === undefined ? undefined : readWorkspaceFile(path, environment);
  const emptied = await released(environment);
  if (maskAccountIds && accountsFile && 'text' in accountsFile) secretAccounts(accountsFile.text);
  const lists =
    hasAccountList || hasOrganization
      ? await import(/* webpackChunkName: 'accounts' */ '../request/lists.ts')
      : undefined;
  return {
    environment,
    facts: () => workflowFacts(environment),
    problems: runnerProblems(environment),
    idToken: mayAskForIdToken(environment),
    origin: awsVariables(withHidden(environment, isHidden, emptied)),
    profiles: hasProfiles ? await profileFacts(environment) : undefined,
    profileFault: environment['AWS_PROFILE']
      ? (await usersFiles()).faultOfProfile(environment, emptied)
      : undefined,
    lists,
    accountsFile,
    resolve: (path) => resolve(environment['GITHUB_WORKSPACE'] ?? '.', path),
    unreadable,
  };
}

const usersFiles = () => import(/* webpackChunkName: 'profiles' */ '../profiles/user-files.ts');

async function profileFacts(environment: Environment): Promise<ProfileFacts> {
  const [{ placesOfProfiles }, { blocker }] = await Promise.all([
    usersFiles(),
    import(/* webpackChunkName: 'profiles' */ '../profiles/write-profiles.ts'),
  ]);
  const temp = environment['RUNNER_TEMP'] ?? '';
  return { placeOf: placesOfProfiles(environment, temp), blocker: () => blocker(temp) };
}

/** The folders by whose names the environment does not lead to what was hidden any more. */
async function released(environment: Environment): Promise<string[]> {
  const temp = environment['RUNNER_TEMP'] ?? '';
  const folder = privateFolder(temp);
  // A folder that is not as it must be is among the runner's problems.
  if (!existsSync(folder) || privateFolderFault(temp) !== undefined) return [];
  const { releasedFolders } = await import(/* webpackChunkName: 'profiles' */ '../profiles/step-folders.ts');
  return releasedFolders(folder, environment);
}

/** No record has secrets: a step with accounts hides none, and those that one with `profile` hides are encrypted. */
const isHidden = (name: string): boolean => isChangedVariable(name) && !secretVariables.has(name);
