import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChosenJob } from './workflow.ts';

/** The machine that a job runs on: its folders, and what the runner tells every step about them. */

/** What `github` says in expressions, and GITHUB_… in the environment; more than is listed may be given. */
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
  /** RUNNER_TRACKING_ID, by which the job's processes are known. */
  readonly trackingId: string;
  readonly github: GitHubContext;
  /** GITHUB_… and RUNNER_…, which nothing that a step sets can change. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly runner: Readonly<Record<string, string>>;
}

export interface MachineOptions {
  readonly github?: Partial<GitHubContext>;
  readonly event?: object;
  readonly debug?: boolean;
  /** A name for the folder that all others are in; may hold spaces. */
  readonly folderName?: string;
  readonly os?: string;
}

/** Makes the folders of a machine, empty ones below the system's for temporary files, and the event's file in them. */
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
    os: options.os ?? (process.platform === 'darwin' ? 'macOS' : 'Linux'),
    arch: process.arch.toUpperCase(),
    tool_cache: tools,
    workspace: root,
    name: 'local',
    environment: 'self-hosted',
    ...(options.debug ? { debug: '1' } : {}),
  };
  const paths = { GITHUB_WORKSPACE: workspace, GITHUB_EVENT_PATH: eventPath, GITHUB_ACTIONS: 'true' };
  const fixed = { ...variables('GITHUB', github), ...variables('RUNNER', runner), ...paths };
  return { root, temp, workspace, home, trackingId: `github_${randomUUID()}`, github, runner, fixed };
}

/** A push to the main branch, unless told otherwise; what follows from what is given, follows. */
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

/** `GITHUB_REF` and its like, of everything that is a text. */
function variables(prefix: string, facts: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === 'string' ? [[`${prefix}_${name.toUpperCase()}`, value]] : [],
    ),
  );
}
