import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hubRole, startLocalServices, user, type LocalServices } from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, chain, leftNothing, stepOf, withoutIdToken, workflow } from '../workflows.ts';

/** Failures of the machine, of its files, and of GitHub's token service: the title and the first sentence. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const secrets = { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey };
const ambient = { 'role-arn': hubRole, 'credential-source': 'ambient' };

interface Failing {
  readonly inputs: Readonly<Record<string, string>>;
  readonly before?: StepSpec;
  readonly machineEnv?: Readonly<Record<string, string>>;
  readonly idToken?: false;
}

async function failure({ inputs, before, machineEnv, idToken }: Failing) {
  const steps = [...(before ? [before] : []), assume(inputs)];
  const made = idToken === false ? withoutIdToken(...steps) : workflow(...steps);
  const result = await local.run({ workflow: made, secrets, ...(machineEnv ? { machineEnv } : {}) });
  const step = stepOf(result, steps.length - 1);
  expect([step.outcome, leftNothing(step), result.leaks]).toEqual(['failure', true, []]);
  const [error, ...more] = step.annotations.filter(({ level }) => level === 'error');
  expect(more).toEqual([]);
  const message = error?.message ?? '';
  return { title: error?.title, first: message.split('\n')[0] ?? '', message };
}

const folderAt = (path: string): StepSpec => ({ name: 'before', run: `mkdir -p ${path}` });

test('a state file whose first write fails ends the step: no post step would know of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'state-'));
  const hook = join(folder, 'hook.cjs');
  const fail = `const fs = require('fs'), append = fs.appendFileSync; let failed = false;
    fs.appendFileSync = (path, ...more) => {
      if (failed || !/state/.test(path)) return append(path, ...more);
      failed = true;
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path });
    };`;
  writeFileSync(hook, fail);
  const found = await failure({ inputs: chain, machineEnv: { NODE_OPTIONS: `--require "${hook}"` } });
  expect(found.title).toBe('Disk full');
  rmSync(folder, { recursive: true });
});

test.each([
  ['a file', 'touch'],
  ['a link', 'ln -s "$RUNNER_TEMP"'],
  ['open to others', 'mkdir -m 777'],
])('what is planted where the private folder belongs is named: %s', async (_, make) => {
  const before = { name: 'before', run: `${make} "$RUNNER_TEMP/assume-role-chain"` };
  const result = await local.run({ workflow: workflow(before, assume(chain)) });
  const step = stepOf(result, 1);
  expect([step.outcome, step.exported, step.outputs, result.leaks]).toEqual(['failure', {}, {}, []]);
  expect(step.annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^RUNNER_TEMP: the private folder .*assume-role-chain is (not a folder|open to other users): remove it/,
    ),
  ]);
});

describe('an AWS config file that is a folder', () => {
  test.each([
    ['~/.aws/config', '/home/.aws/config', 'AWS_CONFIG_FILE'],
    ['~/.aws/credentials', '/home/.aws/credentials', 'AWS_SHARED_CREDENTIALS_FILE'],
  ])('%s, for the credentials of the runner and for a profile', async (path, named, variable) => {
    const before = folderAt(path);
    const found = await failure({ inputs: ambient, before });
    expect(found.title).toBe('AWS profile without credentials');
    expect(found.first).toMatch(
      /^The AWS SDK cannot read .+, because it is not a file: make it a readable file/,
    );
    expect(found.first).toContain(named);
    const profile = await failure({ inputs: { ...chain, profile: 'customer' }, before });
    expect(profile.title).toBe('Invalid setting');
    expect(profile.first).toContain(named);
    expect(profile.first).toMatch(/cannot be read \(EISDIR\)/);
    expect(profile.first).toContain(`set ${variable} to another file`);
  });

  test('the variable is named', async () => {
    const machineEnv = { AWS_CONFIG_FILE: tmpdir() };
    const found = await failure({ inputs: ambient, machineEnv });
    expect(found.first).toContain(`${tmpdir()} (AWS_CONFIG_FILE), because it is not a file`);
    const profile = await failure({ inputs: { ...chain, profile: 'customer' }, machineEnv });
    expect(profile.first).toContain(`AWS_CONFIG_FILE names ${tmpdir()}, which cannot be read (EISDIR)`);
  });
});

describe('AWS_PROFILE names a profile that does not exist', () => {
  const machineEnv = { AWS_PROFILE: 'nope' };

  test.each([true, false])('the chain starts from it (asked for: %s)', async (asked) => {
    const inputs = asked ? ambient : { 'role-arn': hubRole };
    const found = await failure({ inputs, machineEnv, idToken: false });
    expect(found.title).toBe('AWS profile without credentials');
    expect(found.first).toMatch(/^AWS_PROFILE is "nope", and the AWS config files have no such profile/);
  });

  test('AWS_DEFAULT_PROFILE, which the AWS SDK does not read, is named', async () => {
    const found = await failure({ inputs: ambient, machineEnv: { AWS_DEFAULT_PROFILE: 'nope' } });
    expect(found.title).toBe('AWS profile without credentials');
    expect(found.first).toMatch(
      /^AWS_DEFAULT_PROFILE is "nope", but .* reads only AWS_PROFILE: set AWS_PROFILE/,
    );
  });

  test.each([
    ['oidc', chain],
    [
      'access-key',
      {
        'role-arn': hubRole,
        'access-key-id': '${{ secrets.KEY_ID }}',
        'secret-access-key': '${{ secrets.KEY }}',
      },
    ],
  ])('the chain starts from %s: every client would fail with the exported keys', async (_, inputs) => {
    const found = await failure({ inputs, machineEnv });
    expect(found.title).toBe('Invalid setting');
    expect(found.first).toMatch(/^AWS_PROFILE: "nope" is not a profile in .+ or .+: AWS clients fail then/);
    expect(local.aws.requests).toEqual([]);
  });
});

describe('credentials of the runner that are set up, and cannot be had', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config '));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const keys = `aws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}`;
  test.each<[string, string, RegExp]>([
    [
      'a role that refuses',
      `role_arn = ${hubRole}-2\nsource_profile = base\n[profile base]\n${keys}`,
      /AccessDenied: User: arn:\S+ is not authorized to perform: sts:AssumeRole on resource: \S+/,
    ],
    ['a program that fails', 'credential_process = false', /credential_process failed/],
    [
      'a token that is not there',
      `role_arn = ${hubRole}\nweb_identity_token_file = /nope`,
      /ENOENT: no such file or directory, open '\/nope'/,
    ],
    [
      'a session that is over',
      'sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = a',
      /The SSO session associated with this profile is invalid/,
    ],
  ])('by a profile, with %s', async (_, section, reason) => {
    const path = join(folder, 'config');
    writeFileSync(path, `[profile ci]\n${section}\n`);
    const machineEnv = { AWS_PROFILE: 'ci', AWS_CONFIG_FILE: path };
    const found = await failure({ inputs: ambient, machineEnv, idToken: false });
    expect(found.title).toBe('AWS profile without credentials');
    expect(found.first).toMatch(/^AWS_PROFILE is "ci", and the AWS SDK could not get its credentials \(/);
    expect(found.first).toMatch(reason);
    expect(found.first).toMatch(/\): correct the profile, or unset AWS_PROFILE\.$/);
  });

  test('by a token of the environment that is not there', async () => {
    const machineEnv = { AWS_ROLE_ARN: hubRole, AWS_WEB_IDENTITY_TOKEN_FILE: '/nope/token' };
    const found = await failure({ inputs: ambient, machineEnv, idToken: false });
    expect(found.title).toBe('No base credentials');
    expect(found.first).toMatch(
      /^The AWS SDK could not get the runner's own credentials \(ENOENT: no such file or directory, open '\/nope\/token'\): correct AWS_WEB_IDENTITY_TOKEN_FILE, which is "\/nope\/token", /,
    );
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, 'AWS_SECRET_ACCESS_KEY'],
    [{ AWS_SECRET_ACCESS_KEY: 'abc', AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID'],
    [{ AWS_SESSION_TOKEN: 'token' }, 'AWS_ACCESS_KEY_ID'],
  ])('by a part of a set of keys: %j', async (machineEnv, missing) => {
    const found = await failure({ inputs: ambient, machineEnv, idToken: false });
    expect(found.first).toMatch(new RegExp(`^${missing}: is empty or not set, but AWS_[A-Z_]+ is set: `));
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'Wrong secret access key'],
    [{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wrong' }, 'Invalid access key'],
  ])('by keys of the environment that are wrong', async (machineEnv, title) => {
    const found = await failure({ inputs: ambient, machineEnv, idToken: false });
    expect(found.title).toBe(title);
    expect(found.first).toContain('AWS_ACCESS_KEY_ID');
  });
});

describe("GitHub's token service", () => {
  const inputs = { ...chain, 'max-attempts': '1', 'timeout-seconds': '3' };
  const at = (status: number, body: string) => ({ kind: 'status', status, body, times: Infinity }) as const;

  test.each<[string, Parameters<LocalServices['github']['injectFault']>[0], string, RegExp]>([
    ['403', at(403, '{"message":"Forbidden"}'), 'OIDC token request refused', /\(HTTP 403: Forbidden\)/],
    ['401', at(401, ''), 'OIDC token request refused', /\(HTTP 401/],
    [
      '500',
      at(500, 'oops'),
      'Service unavailable',
      /^GitHub's OIDC token service answered HTTP 500.* Run the job again\.$/,
    ],
    [
      'a page',
      { kind: 'html', times: Infinity },
      'Unexpected response',
      /^Another server answered HTTP 200 in place of GitHub's OIDC token service \(.*\): check the address, and look for a proxy/,
    ],
    [
      'a timeout',
      { kind: 'hang', times: Infinity },
      'timeout-seconds exceeded',
      /^timeout-seconds \(3\) ran out while waiting for GitHub's OIDC token/,
    ],
    ['no token', { kind: 'not-a-jwt', times: Infinity }, 'Token not usable', /is not a JWT/],
    [
      'a reset',
      { kind: 'reset', times: Infinity },
      'Connection failed',
      /^The connection to GitHub's OIDC token service was closed without a response \(ECONNRESET\)/,
    ],
  ])('%s', async (_, fault, title, first) => {
    local.github.injectFault(fault);
    const found = await failure({ inputs });
    expect(found.title).toBe(title);
    expect(found.first).toMatch(first);
    expect(local.aws.requests).toEqual([]);
  });
});

/** Without the local runner, whose files are always as they should be. */
describe('the files of the runner', () => {
  const root = join(import.meta.dirname, '..', '..');
  let temp: string;
  beforeEach(() => {
    temp = mkdtempSync(join(tmpdir(), 'files-'));
    for (const name of ['env', 'output', 'state', 'summary']) writeFileSync(join(temp, name), '');
  });
  afterEach(() => {
    chmodSync(temp, 0o700);
    rmSync(temp, { recursive: true });
  });

  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    RUNNER_TEMP: temp,
    GITHUB_ENV: join(temp, 'env'),
    GITHUB_OUTPUT: join(temp, 'output'),
    GITHUB_STATE: join(temp, 'state'),
    GITHUB_STEP_SUMMARY: join(temp, 'summary'),
    AWS_ENDPOINT_URL: local.aws.url,
    ACTIONS_ID_TOKEN_REQUEST_URL: local.github.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: local.github.requestToken,
  });
  // A shell may drop variables with a hyphen in their names, so env sets them after it.
  const run = (env: NodeJS.ProcessEnv, limit = '') => {
    const inputs = [`INPUT_ROLE-ARN=${hubRole}`, process.execPath, join(root, 'dist', 'main.js')];
    const child = spawn('sh', ['-c', `${limit} exec env "$0" "$@"`, ...inputs], { env });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    return new Promise<{ status: number | null; stdout: string }>((resolve) => {
      child.on('close', (status) => {
        resolve({ status, stdout });
      });
    });
  };

  test('GITHUB_ENV is a folder', async () => {
    mkdirSync(join(temp, 'folder'));
    const { status, stdout } = await run({ ...environment(), GITHUB_ENV: join(temp, 'folder') });
    expect(status).toBe(1);
    expect(stdout).toMatch(/::error title=Invalid setting::GITHUB_ENV: names ".+", which is not a file/);
  });

  test('GITHUB_ENV is not there', async () => {
    const { stdout } = await run({ ...environment(), GITHUB_ENV: join(temp, 'nothing') });
    expect(stdout).toMatch(
      /::error title=Invalid setting::GITHUB_ENV: names ".+", which cannot be written \(ENOENT\)/,
    );
  });

  test('there is no GITHUB_STATE', async () => {
    const { stdout } = await run({ ...environment(), GITHUB_STATE: '' });
    expect(stdout).toContain('::error title=Invalid setting::GITHUB_STATE: is not set');
  });

  test('the disk is full: that is said, with its place', async () => {
    const { status, stdout } = await run(environment(), 'ulimit -f 0;');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /::error title=Disk full::There is no space left to write .*\(EFBIG\): free space/,
    );
    expect(stdout).not.toMatch(/::set-env|Unexpected/);
  });
});

test('an older Node.js is named, with the runner to update', () => {
  const script = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await import(${JSON.stringify(
    join(import.meta.dirname, '..', '..', 'dist', 'main.js'),
  )});`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /^::error title=Runner too old::This action needs Node\.js 24 .* with Node\.js 20\.20\.2\./,
  );
  expect(stdout.trim().split('\n')).toHaveLength(1);
});
