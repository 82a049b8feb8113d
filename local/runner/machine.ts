import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChosenJob } from './workflow.ts';

/** The machine that a job runs on: its folders and the variables that name them. */

/** The `github` context and the GITHUB_ variables. More than is listed here may be given. */
export interface GitHubContext {
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly run_id: string;
  readonly event_name: string;
  readonly workflow: string;
  readonly job: string;
  readonly server_url: string;
  readonly event: object;
}

/** A machine, ready for a job. */
export interface Machine {
  readonly root: string;
  readonly temp: string;
  readonly workspace: string;
  readonly home: string;
  /** RUNNER_TRACKING_ID, which marks the job's processes. */
  readonly trackingId: string;
  readonly github: GitHubContext;
  /** What the runner's own process has, and every step inherits. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** GITHUB_ and RUNNER_ variables, which steps cannot change. */
  readonly fixedEnv: Readonly<Record<string, string>>;
  readonly runner: Readonly<Record<string, string>>;
}

export interface MachineOptions {
  readonly github?: Partial<GitHubContext>;
  readonly event?: object;
  readonly debug?: boolean;
  /** The beginning of the name of the machine's folder. */
  readonly folderName?: string;
  readonly os?: string;
}

/** Makes the folders of a machine, below the system's folder for temporary files, and the file of the event. */
export function makeMachine(options: MachineOptions, chosen: ChosenJob): Machine {
  const root = mkdtempSync(join(tmpdir(), options.folderName ?? 'local-runner-'));
  const [temp, workspace, home, tools] = ['_temp', 'work', 'home', 'tools'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  for (const folder of [temp, workspace, home, tools]) mkdirSync(folder);
  const github = gitHubContext(options, chosen);
  mkdirSync(join(temp, '_github_workflow'));
  const eventPath = join(temp, '_github_workflow', 'event.json');
  writeFileSync(eventPath, JSON.stringify(github.event));
  const runner = {
    temp,
    os: options.os ?? { darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    arch: process.arch.toUpperCase(),
    tool_cache: tools,
    workspace: root,
    name: 'local',
    environment: 'self-hosted',
    ...(options.debug ? { debug: '1' } : {}),
  };
  const paths = { GITHUB_WORKSPACE: workspace, GITHUB_EVENT_PATH: eventPath, GITHUB_ACTIONS: 'true' };
  const fixedEnv = { ...variables('GITHUB', github), ...variables('RUNNER', runner), ...paths };
  const trackingId = `github_${randomUUID()}`;
  const baseEnv = { ...inherited(), HOME: home, LANG: 'C.UTF-8', CI: 'true', RUNNER_TRACKING_ID: trackingId };
  return { root, temp, workspace, home, trackingId, github, runner, baseEnv, fixedEnv };
}

/** What Windows programs need to start at all. */
const windowsNames = [
  'SystemRoot',
  'SystemDrive',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'APPDATA',
];

/** From the environment of this process: the path alone, so that nothing else of it decides how a test ends. */
function inherited(): Record<string, string> {
  const names = ['PATH', ...(process.platform === 'win32' ? windowsNames : [])];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** Default: a push to the main branch. What depends on given values is derived from them. */
function gitHubContext(
  { event = {}, github }: MachineOptions,
  { jobId, workflowName }: ChosenJob,
): GitHubContext {
  const facts = {
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    sha: '4f6f2f3b1d0e4a6c8b7a5d3c2e1f0a9b8c7d6e5f',
    actor: 'fred',
    run_id: '42',
    run_number: '7',
    run_attempt: '1',
    event_name: 'push',
    workflow: workflowName,
    job: jobId,
    server_url: 'https://github.com',
    api_url: 'https://api.github.com',
    graphql_url: 'https://api.github.com/graphql',
    head_ref: '',
    base_ref: '',
    event,
    ...github,
  };
  const { repository, ref, actor } = facts;
  return {
    ...{ repository_owner: repository.split('/')[0], triggering_actor: actor },
    ...{
      ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
      ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    },
    ...{ workflow_ref: `${repository}/.github/workflows/${jobId}.yml@${ref}`, workflow_sha: facts.sha },
    ...facts,
  };
}

/** `GITHUB_REF` and the like, for every value that is a string. */
function variables(prefix: string, facts: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === 'string' ? [[`${prefix}_${name.toUpperCase()}`, value]] : [],
    ),
  );
}
