import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inputVariables, readNodeAction } from '../../local/runner/action.ts';
import { makeFiles, readFiles, type FileCommands } from '../../local/runner/file-commands.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain } from '../workflows.ts';

/**
 * Step, profile and post on any operating system, without the local runner, which needs sh and Unix processes. The
 * folders have names that tools are known to break on.
 */

const root = join(import.meta.dirname, '..', '..');
const action = readNodeAction(root);
const customerArn = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  shell = false,
): Promise<Ended> {
  const child = spawn(file, args, { env, shell, windowsVerbatimArguments: shell });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  return { exitCode: await promise, ...printed };
}

/** What is left of the system's own variables: none of AWS, GitHub or a proxy. */
const system = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:AWS|GITHUB|RUNNER|INPUT|STATE|ACTIONS)_|_proxy$/i.test(name),
    ),
  );

describe.each(['plain', 'a temporary folder', 'Größe', "it's & here"])('RUNNER_TEMP in %j', (name) => {
  let local: LocalServices;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    local = await startLocalServices();
    folder = join(mkdtempSync(join(tmpdir(), 'platform-')), name);
    mkdirSync(folder);
  });
  afterAll(async () => {
    await local.close();
    rmSync(join(folder, '..'), { recursive: true });
  });

  const machine = (): NodeJS.ProcessEnv => ({
    ...system(),
    ...{ RUNNER_TEMP: folder, RUNNER_OS: process.platform === 'win32' ? 'Windows' : 'Linux' },
    ...{
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: folder,
      GITHUB_RUN_ID: '42',
      GITHUB_REPOSITORY: 'acme/shop',
    },
    ...{ HOME: folder, USERPROFILE: folder, GITHUB_SERVER_URL: 'https://github.com' },
    ...{ AWS_ENDPOINT_URL_STS: local.aws.url, AWS_EC2_METADATA_DISABLED: 'true' },
    ACTIONS_ID_TOKEN_REQUEST_URL: local.github.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: local.github.requestToken,
  });

  async function node(file: string, env: NodeJS.ProcessEnv): Promise<Ended & { wrote: FileCommands }> {
    const files = makeFiles(folder, (count += 1));
    const ended = await run(process.execPath, [join(root, file)], { ...env, ...files });
    return { ...ended, wrote: readFiles(files) };
  }

  /** Runs the step. @returns what it did, and the post step, with the environment as it then is */
  async function step(inputs: Record<string, string>) {
    const defaults = Object.fromEntries(
      Object.entries(action.inputs).flatMap(([key, input]) =>
        typeof input?.default === 'string' ? [[key, input.default]] : [],
      ),
    );
    const given = inputVariables({ ...defaults, ...chain, ...inputs });
    const ended = await node(action.main, { ...machine(), ...given });
    const { env, state } = ended.wrote;
    const states = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
    const later = { ...machine(), ...env };
    const post = () => node(action.post ?? '', { ...later, ...given, ...states });
    return { ended, later, post };
  }

  test('keys are exported, verified and removed', async () => {
    const { ended, post } = await step({});
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ended.wrote.env['AWS_ACCESS_KEY_ID']).toMatch(/^ASIA/);
    const after = await post();
    expect(after).toMatchObject({ exitCode: 0, stderr: '' });
    expect(after.wrote.env['AWS_ACCESS_KEY_ID']).toBe('');
    expect(existsSync(join(folder, 'assume-role-chain'))).toBe(false);
  });

  test('a profile answers through a shell as AWS clients use one, or is refused with nothing left', async () => {
    const { ended, later, post } = await step({ profile: 'customer' });
    if (ended.exitCode !== 0) {
      expect(ended.stdout).toContain('contains characters that need quotes on Windows');
      expect(ended.wrote).toMatchObject({ env: {}, state: {}, paths: [] });
      expect(name).not.toBe('plain');
      return;
    }
    const config = readFileSync(later['AWS_CONFIG_FILE'] ?? '', 'utf8');
    const line = /^credential_process *= *(.*)$/m.exec(config)?.[1] ?? '';
    const answer = await run(line, [], later, true);
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(answer.stdout)).toMatchObject({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
    });
    const after = await post();
    expect(after.exitCode).toBe(0);
    expect(after.stdout).toContain(customerArn);
    expect(existsSync(join(folder, 'assume-role-chain'))).toBe(false);
  });

  test('the command is found on the PATH, runs programs, and is gone after the post step', async () => {
    const { ended, later, post } = await step({ profile: 'customer' });
    // The test above says when a folder may be refused.
    if (ended.exitCode !== 0) return;
    const pathName = Object.keys(later).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
    const env = { ...later, [pathName]: [...ended.wrote.paths, later[pathName]].join(delimiter) };
    const call = (line: string) => run(`assume-role-chain ${line}`, [], env, true);
    const status = await call('status --json');
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(status.stdout)).toMatchObject([
      { profile: 'customer', 'assumed-role-arn': customerArn },
    ]);
    expect(await call('exec -- node -p process.env.AWS_ACCESS_KEY_ID')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ASIA/),
    });
    expect((await call('exec -- node no-such-program')).exitCode).toBe(1);
    expect((await call('exec -- no-such-program')).exitCode).toBe(127);
    expect((await call('each -- node -p process.env.AWS_PROFILE')).stdout).toMatch(
      /^::group::customer\r?\ncustomer\r?\n::endgroup::\r?\n/,
    );
    expect((await call('env --format dotenv')).stdout).toMatch(/^AWS_ACCESS_KEY_ID=ASIA/);
    await post();
    expect((await call('status')).exitCode).not.toBe(0);
  });
});
