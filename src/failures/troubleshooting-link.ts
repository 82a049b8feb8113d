import { headingOf } from './titles.ts';

/** Addresses on GitHub, in the version of the action that runs: the page about each failure, and the templates. */

/** Where the action is, unless the runner says otherwise. */
const home = { repository: 'assume-role-chain/assume-role-chain', ref: 'v1' } as const;

/** The address of the section about a failure. @param title the failure's */
export function pageOf(title: string, environment: NodeJS.ProcessEnv): string {
  const { repository, ref } = runningAction(environment);
  return `https://github.com/${repository}/blob/${ref}/docs/troubleshooting.md#${anchorOf(headingOf(title))}`;
}

/** Where a CloudFormation template can be downloaded. @param file its name, such as `hub.yaml` */
export function templateAddress(file: string, environment: NodeJS.ProcessEnv): string {
  const { repository, ref } = runningAction(environment);
  return `https://raw.githubusercontent.com/${repository}/${ref}/templates/cloudformation/${file}`;
}

/** The runner names repository and ref of an action that it downloaded, and of no other (GitHub Docs, "Variables"). */
function runningAction(environment: NodeJS.ProcessEnv): { repository: string; ref: string } {
  const repository = environment['GITHUB_ACTION_REPOSITORY'] ?? '';
  const ref = environment['GITHUB_ACTION_REF'] ?? '';
  return /^[\w.-]+\/[\w.-]+$/.test(repository) && /^[\w./-]+$/.test(ref) ? { repository, ref } : home;
}

/** GitHub makes a heading's anchor so: lower case, only letters, digits, `_` and `-`, and a hyphen for each space. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}
