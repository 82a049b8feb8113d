import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** What an earlier step of the job may write to GITHUB_ENV to mislead the action. */

let local: LocalServices;
let folder: string;
beforeEach(async () => {
  local = await startLocalServices();
  folder = mkdtempSync(join(tmpdir(), 'planted-'));
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const dist = join(import.meta.dirname, '..', '..', 'dist');
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';

/** State that a post step of this action, or of version 0.1, would use if it trusted it. */
const planted = (): Record<string, string> => {
  const id = '00000000-0000-4000-8000-000000000001';
  const delivered = {
    format: 1,
    sts: { region: 'us-east-1', endpoint: 'http://127.0.0.1:9', useFips: false, useDualstack: false },
    verify: true,
    limits: { timeoutSeconds: 1, maxAttempts: 1, propagationWaitSeconds: 0 },
    left: [],
    changed: [{ name: 'AWS_REGION', set: 'x', before: 'planted' }],
    folder,
    keyPath: join(folder, 'key'),
  };
  return {
    STATE_isPost: 'true',
    STATE_step: JSON.stringify({ format: 1, id, nonce: 'n'.repeat(43) }),
    STATE_delivered: JSON.stringify(delivered),
  };
};
const plant = () => ({
  name: 'plant',
  run: 'printf "%s" "$PLANTED" >> "$GITHUB_ENV"',
  env: {
    PLANTED: Object.entries(planted())
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  },
});

test('a step runs as always, and its post verifies and restores what it delivered', async () => {
  const result = await local.run({ workflow: workflow(plant(), assume(chain)) });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 1).exported['AWS_ACCESS_KEY_ID']).toMatch(/^ASIA/);
  expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
  expect(result.env['AWS_ACCESS_KEY_ID']).toBe('');
  expect(existsSync(folder)).toBe(true);
});

test('for a step that delivered nothing, it does nothing', async () => {
  const nothing = { ...chain, region: '', 'export-env': 'false', 'output-credentials': 'true' };
  const result = await local.run({ workflow: workflow(plant(), assume(nothing)) });
  expect(result.conclusion).toBe('success');
  const before = local.aws.requests.length;
  expect([postOf(result).exported, postOf(result).lines.at(-1)]).toEqual([{}, 'Post job cleanup.']);
  expect(local.aws.requests).toHaveLength(before);
  expect(existsSync(folder)).toBe(true);
});

test('a variable whose name differs from an input in case does not pass for the input', async () => {
  // The runner replaces the first with its own value, so the second comes later in the environment.
  const lines = ['INPUT_STS-ENDPOINT=x', 'INPUT_sts-endpoint=https://127.0.0.1:9', ''];
  const planting = { ...plant(), env: { PLANTED: lines.join('\n') } };
  const result = await local.run({ workflow: workflow(planting, assume(chain)) });
  const step = stepOf(result, 1);
  expect(step.annotations.map(({ message }) => message)).toEqual([
    'INPUT_sts-endpoint: is not an input: the runner writes their names in upper case. The job or an earlier step sets this variable. Rename it',
  ]);
  expect([local.aws.requests, local.github.requests]).toEqual([[], []]);
  expect(leftNothing(step)).toBe(true);
});

describe('a post step after a step that was killed before it saved anything', () => {
  const post = (more: Record<string, string>): { stdout: string; env: string } => {
    const env = { RUNNER_TEMP: folder, GITHUB_ENV: join(folder, 'env'), GITHUB_STATE: join(folder, 'state') };
    for (const path of [env.GITHUB_ENV, env.GITHUB_STATE]) writeFileSync(path, '');
    const { stdout, status } = spawnSync(process.execPath, [join(dist, 'post.js')], {
      env: { ...env, AWS_REGION: 'x', ...more },
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    return { stdout, env: readFileSync(env.GITHUB_ENV, 'utf8') };
  };

  test('does nothing', () => {
    expect(post({})).toEqual({ stdout: '', env: '' });
    expect(readdirSync(folder).sort()).toEqual(['env', 'state']);
  });

  test('exports nothing and removes nothing that was planted', () => {
    expect(post(planted()).env).toBe('');
    const id = '00000000-0000-4000-8000-000000000001';
    const own = join(folder, 'assume-role-chain', id);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    writeFileSync(join(own, 'owner.json'), '{"format":1,"nonce":"x"}');
    expect(post(planted()).env).toBe('');
    expect(readdirSync(own)).toEqual(['owner.json']);
  });

  test.each(['{}', 'null', '[]', '1', '{'])('a state of %j is none', (text) => {
    expect(post({ STATE_step: text, STATE_delivered: text })).toEqual({ stdout: '', env: '' });
  });
});

describe('the credential process', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(dist, 'credential-process.js'), ...args], {
      env: { ...planted(), RUNNER_TEMP: folder, 'INPUT_ROLE-ARN': 'x', GITHUB_ENV: join(folder, 'env') },
      cwd: folder,
      encoding: 'utf8',
    });

  test.each([
    [],
    ['credential-process'],
    ['/srv/John', 'Smith/plan-0.json', 'credential-process'],
    ['/srv/John Smith/plan-0.json', 'credential-process'],
    ['plan-0.json', 'credential-process'],
    ['.', 'credential-process'],
    ['/', 'credential-process'],
    ['', ''],
  ])('with %j %j %j is one line on stderr, and writes nothing', (...args) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^assume-role-chain: .+\n$/);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});
