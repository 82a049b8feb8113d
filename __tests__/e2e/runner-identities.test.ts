import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  runnerAccount,
  runnerAccountId,
  startRunnerIdentities,
  type RunnerIdentities,
  type RunnerIdentityKind,
} from '../../local/runner-identities.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, forgetCached, postOf, shown, stepOf, withoutIdToken, workflow } from '../workflows.ts';

/** Steps that start from the runner's own identity, after a step that has hidden it from the job's tools. */

const kinds: readonly RunnerIdentityKind[] = ['pod', 'container', 'instance'];
const deploy = (account: string): string => `arn:aws:iam::${account}:role/deploy`;
const [one, two] = ['300000000001', '300000000002'];
const trustPolicy = {
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: kinds.map((kind) => `arn:aws:iam::${runnerAccountId}:role/${kind}`) },
    Action: 'sts:AssumeRole',
  },
};

let local: LocalServices;
let runner: RunnerIdentities;
beforeEach(async () => {
  const customers = [one, two].map((id) => ({ id, roles: [{ name: 'deploy', trustPolicy }] }));
  local = await startLocalServices({ spec: { accounts: [runnerAccount(), ...customers] } });
  runner = await startRunnerIdentities(local.aws, local.github);
});
afterEach(async () => {
  await runner.close();
  await local.close();
});

const accounts = (name: string, account: string): StepSpec =>
  assume({ accounts: `${name}: ${deploy(account)}`, region: 'us-east-1' }, { name });
const renew = [
  forgetCached,
  'for p in a b; do assume-role-chain exec --profile "$p" -- true; assume-role-chain status; done',
].join('\n');

describe.each(kinds)("on a runner with a %s's role and no OIDC token", (kind) => {
  test('several steps with accounts start from it, their profiles renew, and the posts restore it', async () => {
    const machineEnv = runner.environment[kind];
    const result = await local.run({
      workflow: withoutIdToken(
        accounts('a', one),
        accounts('b', two),
        // A third one must find its way past two.
        accounts('c', one),
        { name: 'use', run: renew },
        assume({ 'role-arn': deploy(two) }, { name: 'keys' }),
      ),
      machineEnv,
    });
    expect(
      result.steps.map(({ name, outcome, annotations }) => [
        name,
        outcome,
        annotations.map(({ message }) => message.slice(0, 60)),
      ]),
    ).toEqual([
      ['a', 'success', []],
      ['b', 'success', []],
      ['c', 'success', []],
      ['use', 'success', []],
      ['keys', 'success', ['An earlier step created profiles (c), and this step exports ']],
    ]);
    expect([...new Set(runner.used())]).toEqual([kind]);
    expect(shown(stepOf(result, 3)).match(/assumed-role\/deploy/g)).toHaveLength(6);
    for (const post of result.posts) expect(post.annotations).toEqual([]);
    expect(postOf(result, 0).lines.join('\n')).toContain(
      `Verified: the job's credentials belong to arn:aws:sts::${two}`,
    );
    expect({ ...machineEnv, ...result.env }).toMatchObject(machineEnv);
    expect(result.leaks).toEqual([]);
  });
  test('after release, a step starts from it, and the tools of the job do not', async () => {
    const result = await local.run({
      workflow: withoutIdToken(
        accounts('a', one),
        accounts('b', two),
        { name: 'release', run: 'assume-role-chain release' },
        accounts('c', two),
        { name: 'use', run: 'assume-role-chain exec --profile c -- true; assume-role-chain release' },
        assume({ 'role-arn': deploy(one) }, { name: 'keys' }),
      ),
      machineEnv: { ...runner.environment[kind], AWS_CONFIG_FILE: '/etc/own-config' },
    });
    expect(result.steps.map(({ name, outcome }) => [name, outcome])).toEqual(
      ['a', 'b', 'release', 'c', 'use', 'keys'].map((name) => [name, 'success']),
    );
    expect([...new Set(runner.used())]).toEqual([kind]);
    const [released] = [stepOf(result, 2)];
    for (const name of Object.keys(runner.environment[kind])) expect(released.exported[name] ?? '').toBe('');
    expect(released.exported['AWS_CONFIG_FILE']).toBe('/etc/own-config');
    for (const post of result.posts) expect(post.annotations).toEqual([]);
  });
  test('after the release of a profile, a step with another one starts from it', async () => {
    const profile = (name: string, account: string): StepSpec =>
      assume({ 'role-arn': deploy(account), profile: name }, { name });
    const result = await local.run({
      workflow: withoutIdToken(
        profile('p', one),
        { name: 'release', run: 'assume-role-chain release' },
        profile('q', two),
        { name: 'use', run: `${forgetCached}; assume-role-chain exec -- true` },
      ),
      machineEnv: runner.environment[kind],
    });
    expect(result.steps.map(({ outcome }) => outcome)).toEqual(Array(4).fill('success'));
    expect([...new Set(runner.used())]).toEqual([kind]);
    const { exported } = stepOf(result, 1);
    expect(Object.entries(exported).filter(([, value]) => value !== '')).toEqual([]);
    expect(Object.keys(exported)).not.toContain('AWS_PROFILE');
  });
});

test('a step that starts from the instance role, after one with accounts that started from the OIDC token', async () => {
  const result = await local.run({
    workflow: workflow(
      assume({ accounts: `a: arn:aws:iam::${runnerAccountId}:role/pod` }),
      assume({ 'role-arn': deploy(two), 'credential-source': 'ambient' }, { name: 'keys' }),
    ),
    machineEnv: runner.environment.instance,
  });
  expect(stepOf(result).exported['AWS_EC2_METADATA_DISABLED']).toBe('true');
  expect(result.conclusion).toBe('success');
});

test('a step with accounts that starts from the instance role says that an earlier one keeps tools from it', async () => {
  const result = await local.run({
    workflow: workflow(
      assume({ accounts: `a: arn:aws:iam::${runnerAccountId}:role/pod` }),
      assume({ accounts: `b: ${deploy(two)}`, region: 'us-east-1', 'credential-source': 'ambient' }),
    ),
    machineEnv: runner.environment.instance,
  });
  expect(result.env['AWS_EC2_METADATA_DISABLED']).toBe('false');
  expect(shown(stepOf(result, 1))).toContain('AWS_EC2_METADATA_DISABLED is set:');
});

test("keys hide the pod's role, which the SDK for .NET 3 prefers; after release a step starts from it, and the posts restore it", async () => {
  const pod = `arn:aws:iam::${runnerAccountId}:role/pod`;
  const machineEnv = runner.environment.pod;
  const result = await local.run({
    workflow: workflow(
      assume({ 'role-arn': pod, region: 'us-east-1' }, { name: 'keys' }),
      assume({ accounts: `a: ${pod}` }, { name: 'accounts' }),
      { name: 'release', run: 'assume-role-chain release' },
      assume({ 'role-arn': deploy(two), 'credential-source': 'ambient' }, { name: 'later' }),
    ),
    machineEnv,
  });
  const hidden = { AWS_ROLE_ARN: '', AWS_WEB_IDENTITY_TOKEN_FILE: '' };
  expect(stepOf(result).exported).toMatchObject(hidden);
  expect(result.steps.map(({ outcome }) => outcome)).toEqual(Array(4).fill('success'));
  expect({ ...machineEnv, ...result.env }).toMatchObject(machineEnv);
});
