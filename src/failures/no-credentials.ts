import type { Plan } from '../aws/plan.ts';
import { isFromFork } from '../github/workflow.ts';
import { noAdvice } from '../sources/source.ts';
import { adviceOn } from '../sources/sources.ts';
import { mayAskForIdToken } from '../sources/id-token.ts';
import type { NoBaseCredentials } from '../sts/errors.ts';
import { couldNotGet } from './sdk-credentials.ts';
import { choiceStep } from './source-choice.ts';
import { configFault } from './config-files.ts';
import { report, text, type Part, type Report, type Surroundings } from './explanation.ts';

/** Jobs without base credentials. Why GitHub gave none depends on what started the run. */

type Environment = NodeJS.ProcessEnv;

/** What started the run, as far as it decides which credentials a job gets. */
type RunKind = 'act' | 'Forgejo' | 'Gitea' | 'Dependabot' | 'fork' | 'ordinary';

function runKind(environment: Environment): RunKind {
  if (environment['ACT'] === 'true') return 'act';
  if (environment['FORGEJO_ACTIONS'] === 'true') return 'Forgejo';
  if (environment['GITEA_ACTIONS'] === 'true') return 'Gitea';
  // Before forks: a pull request of Dependabot comes from the repository itself.
  if (environment['GITHUB_ACTOR'] === 'dependabot[bot]') return 'Dependabot';
  return isFromFork(environment) ? 'fork' : 'ordinary';
}

const permission: readonly Part[] = [
  text('Add this to the job, or to the workflow:'),
  { kind: 'code', language: 'yaml', code: 'permissions:\n  id-token: write\n  contents: read' },
];

const permissionSteps = [
  'in a reusable workflow, the job that calls it must grant the permission too',
  'GitHub sets permissions that are not listed to none: also list the others that the job needs',
];

/** The job has no id-token permission (GitHub Docs, "OpenID Connect reference"). */
export function noIdToken(environment: Environment): Report {
  const kind = runKind(environment);
  switch (kind) {
    case 'act':
    case 'Gitea':
    case 'Forgejo':
      return report(
        'No OIDC token service',
        `This job runs on ${kind}, which gave it no OIDC token: start from access keys (access-key-id, secret-access-key) or the runner's own credentials.`,
        { steps: ['`permissions: id-token: write` works on GitHub only'] },
      );
    case 'fork':
      return report(
        'Pull request from a fork',
        'A pull request from a fork gets no OIDC token and no secrets: skip the step for forks, or run the job after the merge.',
        {
          steps: [
            'to skip it: `if: github.event.pull_request.head.repo.full_name == github.repository`',
            'adding permissions does not help: they cannot be granted to a fork',
          ],
        },
      );
    case 'Dependabot':
      return report(
        'Missing id-token permission',
        "This job of Dependabot may not request GitHub's OIDC token: add `permissions: id-token: write` to the job.",
        { steps: [dependabotSecrets, ...permissionSteps], paste: permission },
      );
    case 'ordinary':
      return report(
        'Missing id-token permission',
        "This job may not request GitHub's OIDC token: add `permissions: id-token: write` to the job.",
        { steps: permissionSteps, paste: permission },
      );
  }
}

const dependabotSecrets =
  'Dependabot runs get Dependabot secrets, not Actions secrets: store keys under Settings, "Secrets and variables", "Dependabot"';

/** Why a secret that exists may be empty in this run; steps for an input that is. */
export function emptySecretSteps(environment: Environment): string[] {
  switch (runKind(environment)) {
    case 'Dependabot':
      return [dependabotSecrets];
    case 'fork':
      return ['this run belongs to a pull request from a fork, and GitHub gives it no secrets'];
    case 'act':
      return ['act reads secrets from its option --secret or --secret-file'];
    case 'Gitea':
    case 'Forgejo':
    case 'ordinary':
      return [
        'the name of the secret or variable: is it spelled as in the settings of the repository, the environment or the organization?',
        'a secret of an environment needs `environment:` in the job; a reusable workflow gets secrets only from its caller (`secrets:`)',
      ];
  }
}

/** The base credentials could not be obtained. @param plan undefined where the inputs did not make one */
export function noBaseCredentials(
  { reason, message, cause }: NoBaseCredentials,
  plan: Plan | undefined,
  surroundings: Surroundings,
): Report {
  switch (reason) {
    case 'nothing-found':
      return couldNotGet(message, cause, plan, surroundings) ?? nothingFound(message, plan, surroundings);
    case 'unusable-token':
      return report('Token not usable', `${message}: it must be one complete JWT.`, {
        steps: [choiceStep(surroundings)],
      });
    case 'unreadable-token-file':
      return report(
        'Token file not readable',
        `${message}: correct the path, or let the user of the runner read the file.`,
        {
          steps: [choiceStep(surroundings)],
        },
      );
    case 'no-id-token':
      return report('Missing id-token permission', `${message}.`);
  }
}

/** A step with profiles blanks these for later steps. */
const runnerRole = [
  'AWS_ROLE_ARN',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

/** One that is empty, or else one that did not help. */
function runnerRoleStep(environment: Surroundings['environment']): string | undefined {
  const blanked = runnerRole.find((name) => environment[name] === '');
  const set = runnerRole.find((name) => environment[name]);
  if (blanked !== undefined)
    return `${blanked} is empty: an earlier step with profiles blanked it. List all accounts in one step, or set the variable in this step's env`;
  return set && `${set} is set, and gave no credentials: can this step reach what it names?`;
}

function nothingFound(message: string, plan: Plan | undefined, surroundings: Surroundings): Report {
  const { environment, choice } = surroundings;
  const { nothingFound: causes, mentionsIdToken } = plan ? adviceOn(plan.base) : noAdvice;
  const [cause, ...steps] = causes;
  const unreadable = configFault(environment);
  const own =
    mentionsIdToken && choice?.chosenBy !== 'input' && !mayAskForIdToken(environment)
      ? noIdToken(environment)
      : undefined;
  const [advice = cause, rest = steps] = unreadable === undefined ? [] : [unreadable, causes];
  if (advice !== undefined)
    return report('AWS profile without credentials', advice, {
      steps: [...rest, choiceStep(surroundings), own && `if no profile is meant: ${own.advice}`],
      words: message,
    });
  if (own !== undefined) {
    const choose = choiceStep(surroundings);
    return { ...own, steps: [...own.steps, ...(choose === undefined ? [] : [choose])], words: message };
  }
  return report(
    'No base credentials',
    'The AWS SDK found no credentials in the environment, a profile, the container or the instance: provide them there, or set another credential-source.',
    {
      steps: [
        choiceStep(surroundings),
        runnerRoleStep(environment),
        'on a self-hosted runner in a container, the instance metadata service needs a hop limit of 2',
      ],
      words: message,
    },
  );
}
