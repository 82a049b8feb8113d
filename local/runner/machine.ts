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

export function makeMachine(options: MachineOptions, { jobId, workflowName }: ChosenJob): Machine {
  const root = mkdtempSync(join(tmpdir(), options.folderName ?? 'local-runner-'));
  const [temp, workspace, home, tools] = ['_temp', 'work', 'home', 'tools'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  for (const folder of [temp, workspace, home, tools]) mkdirSync(folder);
  const github: GitHubContext = {
    repository: 'acme/shop',
    ref: 'refs/heads/main',
    sha: '4f6f2f3b1d0e4a6c8b7a5d3c2e1f0a9b8c7d6e5f',
    actor: 'fred',
    run_id: '42',
    event_name: 'push',
    workflow: workflowName,
    job: jobId,
    server_url: 'https://github.com',
    event: options.event ?? {},
    ...options.github,
  };
  mkdirSync(join(temp, '_github_workflow'));
  const eventPath = join(temp, '_github_workflow', 'event.json');
  writeFileSync(eventPath, JSON.stringify(github.event));
  const told = variables('GITHUB', github);
  const runner = {
    temp,
    os: options.os ?? 'Linux',
    arch: 'X64',
    tool_cache: tools,
    name: 'local',
    environment: 'self-hosted',
    ...(options.debug ? { debug: '1' } : {}),
  };
  const about = variables('RUNNER', runner);
  const paths = { GITHUB_WORKSPACE: workspace, GITHUB_EVENT_PATH: eventPath, GITHUB_ACTIONS: 'true' };
  return { root, temp, workspace, home, github, runner, fixed: { ...told, ...about, ...paths } };
}

/** `GITHUB_REF` and its like, of everything that is a text. */
function variables(prefix: string, facts: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === 'string' ? [[`${prefix}_${name.toUpperCase()}`, value]] : [],
    ),
  );
}
