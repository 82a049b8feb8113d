import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inputVariables, readNodeAction, type NodeAction } from '../local/runner/action.ts';
import { makeFiles, readFiles } from '../local/runner/file-commands.ts';
import type { Addresses } from './server.ts';

/** An action to be timed. */
export interface Contender {
  readonly name: string;
  readonly root: string;
  readonly action: NodeAction;
}

/** @param bundle the path of a file in an action's dist/; its action.yml is one folder up */
export function contender(name: string, bundle: string): Contender {
  const root = dirname(dirname(bundle));
  return { name, root, action: readNodeAction(root) };
}

/** How long a process took and, if the system reports it, its peak memory. */
export interface Timed {
  readonly milliseconds: number;
  /** Megabytes (10^6 bytes); only on request. */
  readonly peak: number | undefined;
  readonly stdout: string;
}

const probe = join(import.meta.dirname, 'peak.cjs');

/**
 * Runs one process of this same Node from beginning to end.
 * @param memory whether to measure the peak memory, which takes time itself
 * @param program another one than this same Node
 * @throws Error with what it printed, when it fails
 */
export function timed(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  memory = false,
  program = process.execPath,
): Timed {
  const options = {
    env,
    // A step with thousands of accounts masks thousands of values.
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'] as const,
    encoding: 'utf8' as const,
  };
  const all = [...(memory ? ['--require', probe] : []), ...args];
  const began = performance.now();
  const { status, stdout, stderr, output } = spawnSync(program, all, {
    ...options,
    stdio: [...options.stdio],
  });
  const milliseconds = performance.now() - began;
  if (status !== 0)
    throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}:\n${stdout}${stderr}`);
  const peak = Number(output[3]);
  return { milliseconds, peak: peak > 0 ? peak / 1e6 : undefined, stdout };
}

interface Registered {
  readonly bundle: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * A job as the runner has it, as far as it takes time: folders, the environment that steps leave, states and posts.
 */
export class BenchJob {
  readonly #root = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly #temp = join(this.#root, 'temp');
  readonly #contender: Contender;
  readonly #memory: boolean;
  readonly #posts: Registered[] = [];
  env: Record<string, string>;
  #count = 0;

  constructor(contender: Contender, addresses: Addresses, memory = false) {
    this.#contender = contender;
    this.#memory = memory;
    mkdirSync(this.#temp);
    this.env = {
      ...{ PATH: process.env['PATH'] ?? '', HOME: this.#root, CI: 'true', GITHUB_ACTIONS: 'true' },
      ...{ RUNNER_TEMP: this.#temp, RUNNER_OS: 'Linux', GITHUB_WORKSPACE: this.#root, GITHUB_RUN_ID: '42' },
      ...{
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_WORKFLOW: 'deploy',
        GITHUB_ACTION: '__run',
        GITHUB_ACTOR: 'octocat',
        GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
      },
      ...{ AWS_ENDPOINT_URL_STS: addresses.aws, AWS_ENDPOINT_URL_ORGANIZATIONS: addresses.aws },
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(addresses.certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: addresses.certificate }),
      ACTIONS_ID_TOKEN_REQUEST_URL: addresses.idTokenUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: addresses.idTokenRequestToken,
    };
  }

  /** Runs a step of the action with these inputs, and remembers its post. */
  step(inputs: Readonly<Record<string, string>>): Timed {
    const { root, action } = this.#contender;
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [
        name,
        typeof input?.default === 'string' ? input.default : '',
      ]),
    );
    const given = inputVariables({ ...defaults, ...inputs });
    const { ran, state } = this.#run(join(root, action.main), given);
    const variables = Object.fromEntries(
      Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]),
    );
    const bundle = action.post === undefined ? undefined : join(root, action.post);
    this.#posts.push({ bundle, variables: { ...given, ...variables } });
    return ran;
  }

  /** Runs the posts of all steps, the last one's first, then removes the job's folders. */
  posts(): Timed[] {
    const posts = this.#posts
      .reverse()
      .flatMap(({ bundle, variables }) => (bundle === undefined ? [] : [this.#run(bundle, variables).ran]));
    this.end();
    return posts;
  }

  end(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #run(
    bundle: string,
    variables: Readonly<Record<string, string>>,
  ): { ran: Timed; state: Record<string, string> } {
    const files = makeFiles(this.#temp, (this.#count += 1));
    const ran = timed([bundle], { ...this.env, ...variables, ...files }, this.#memory);
    const { env, state } = readFiles(files);
    this.env = { ...this.env, ...env };
    return { ran, state };
  }
}
