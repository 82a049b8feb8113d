import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { Plan } from '../../../src/aws/plan.ts';
import { assumeChain, type ChainDependencies } from '../../../src/chain/chain.ts';
import { customerArn, hopTo, hubArn, keys, planOf, tokenOf } from '../sts/plans.ts';
import { mockedSts } from '../sts/mocked.ts';

const sts = mockClient(STSClient);
const expiration = new Date(Date.now() + 900_000);
const token = tokenOf({ sub: 'repo:a/b' });
const log: string[] = [];

let count = 0;
const answer = ({ RoleArn = '', RoleSessionName = '' }: { RoleArn?: string; RoleSessionName?: string }) => {
  const [, , , , account = '', resource = ''] = RoleArn.split(':');
  const number = String(++count);
  return {
    Credentials: {
      AccessKeyId: `ASIAEXAMPLEEXAMPLE${number}`,
      SecretAccessKey: `secret${number}`,
      SessionToken: `token${number}`,
      Expiration: expiration,
    },
    AssumedRoleUser: {
      Arn: `arn:aws:sts::${account}:assumed-role/${resource.split('/').at(-1) ?? ''}/${RoleSessionName}`,
      AssumedRoleId: `AROA:${RoleSessionName}`,
    },
  };
};

const dependenciesOf = (plan: Plan, more: Partial<ChainDependencies> = {}): ChainDependencies => ({
  sts: mockedSts(),
  base: {
    ahead: () => Promise.resolve(),
    credentials: () => Promise.resolve(keys),
    token: () => Promise.resolve(token),
    renewsToken: true,
    freshToken: (held) => Promise.resolve(held === '' ? 'a-new-token' : held),
  },
  retryOptions: {
    maxAttempts: 3,
    propagationWaitSeconds: 0,
    signal: new AbortController().signal,
    say: (line) => log.push(line),
    wait: () => Promise.resolve(),
  },
  secret: (value) => log.push(`secret ${value}`),
  arrived: (hop, index, of) => log.push(`arrived ${index}/${of} ${hop.assumedRoleArn}`),
  ...more,
});

const run = (plan: Plan, more: Partial<ChainDependencies> = {}) =>
  assumeChain(plan, dependenciesOf(plan, more));
const sent = () =>
  sts.calls().map(({ args, thisValue }) => ({
    input: args[0].input as Record<string, unknown>,
    client: thisValue as STSClient,
  }));

beforeEach(() => {
  sts.reset();
  count = 0;
  log.length = 0;
  sts.on(AssumeRoleCommand).callsFake(answer);
  sts.on(AssumeRoleWithWebIdentityCommand).callsFake(answer);
});

test('each hop is assumed with the credentials of the one before', async () => {
  const session = await run(planOf({ kind: 'access-key', credentials: keys }));
  const used = await Promise.all(
    sent().map(async ({ client }) => (await client.config.credentials()).accessKeyId),
  );
  expect(used).toEqual([keys.accessKeyId, 'ASIAEXAMPLEEXAMPLE1']);
  expect(session).toMatchObject({
    credentials: { accessKeyId: 'ASIAEXAMPLEEXAMPLE2', secretAccessKey: 'secret2', sessionToken: 'token2' },
    accountId: '222222222222',
    assumedRoleArn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
    assumedRoleId: 'AROA:name',
    sessionName: 'name',
    expiration,
  });
  expect(session.hops.map(({ roleArn }) => roleArn)).toEqual([hubArn, customerArn]);
});

test('each secret is registered before the hop has arrived', async () => {
  await run(planOf({ kind: 'access-key', credentials: keys }));
  expect(log).toEqual([
    'secret secret1',
    'secret token1',
    'secret ASIAEXAMPLEEXAMPLE1',
    'arrived 1/2 arn:aws:sts::111111111111:assumed-role/hub/name',
    'secret secret2',
    'secret token2',
    'secret ASIAEXAMPLEEXAMPLE2',
    'arrived 2/2 arn:aws:sts::222222222222:assumed-role/customer/name',
  ]);
});

test('from a web identity the first hop sends the token, unsigned', async () => {
  await run(planOf({ kind: 'oidc', audience: 'a' }));
  const [first, second] = sent();
  expect(first?.input).toEqual({
    RoleArn: hubArn,
    RoleSessionName: 'name',
    DurationSeconds: 900,
    WebIdentityToken: token,
  });
  await expect(first?.client.config.credentials()).rejects.toThrow('this request is not signed');
  expect(second?.input).toEqual({ RoleArn: customerArn, RoleSessionName: 'name', DurationSeconds: 900 });
});

test('the settings of a hop are sent, and no others', async () => {
  const full = hopTo(customerArn, {
    durationSeconds: 1800,
    externalId: 'id',
    tags: [{ key: 'a', value: '' }],
    transitiveTagKeys: ['a'],
    sourceIdentity: 'fred',
    policy: '{}',
    policyArns: ['arn:aws:iam::aws:policy/x'],
    mfa: { serialNumber: 'serial', tokenCode: '123456' },
  });
  await run(planOf({ kind: 'access-key', credentials: keys }, [full]));
  expect(sent()[0]?.input).toEqual({
    RoleArn: customerArn,
    RoleSessionName: 'name',
    DurationSeconds: 1800,
    Policy: '{}',
    PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/x' }],
    Tags: [{ Key: 'a', Value: '' }],
    TransitiveTagKeys: ['a'],
    ExternalId: 'id',
    SourceIdentity: 'fred',
    SerialNumber: 'serial',
    TokenCode: '123456',
  });
});

describe('a failure', () => {
  const denied = Object.assign(new Error('No.'), {
    name: 'AccessDenied',
    Code: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  });

  test('names the hop, the role and the caller', async () => {
    sts.on(AssumeRoleCommand, { RoleArn: customerArn }).rejects(denied);
    await expect(run(planOf({ kind: 'oidc', audience: 'a' }))).rejects.toMatchObject({
      attempt: {
        operation: 'AssumeRole',
        hop: { index: 2, of: 2 },
        roleArn: customerArn,
        callerArn: 'arn:aws:sts::111111111111:assumed-role/hub/name',
      },
    });
  });

  test('of a web identity has the claims of the token', async () => {
    sts.on(AssumeRoleWithWebIdentityCommand).rejects(denied);
    await expect(run(planOf({ kind: 'oidc', audience: 'a' }))).rejects.toMatchObject({
      attempt: { claims: { sub: 'repo:a/b' } },
    });
  });

  test('an expired token is replaced once, where another can be had', async () => {
    const expired = (): Error =>
      Object.assign(new Error('Token expired'), {
        name: 'ExpiredTokenException',
        Code: 'ExpiredTokenException',
        $metadata: { httpStatusCode: 400 },
      });
    sts.on(AssumeRoleWithWebIdentityCommand).rejectsOnce(expired()).callsFake(answer);
    await run(planOf({ kind: 'oidc', audience: 'a' }));
    expect(sent().map(({ input }) => input['WebIdentityToken'])).toEqual([token, 'a-new-token', undefined]);
    sts.on(AssumeRoleWithWebIdentityCommand).callsFake(() => {
      throw expired();
    });
    await expect(run(planOf({ kind: 'oidc', audience: 'a' }))).rejects.toMatchObject({ tries: 2 });
    const plan = planOf({ kind: 'token-file', path: 't' });
    await expect(
      run(plan, { base: { ...dependenciesOf(plan).base, renewsToken: false } }),
    ).rejects.toMatchObject({
      tries: 1,
    });
  });
});

describe('unusable credentials', () => {
  const unusable = (times: number): (() => boolean) => {
    let left = times;
    return () => left-- > 0;
  };

  test('of the last role are asked for again, five times at most', async () => {
    await run(planOf({ kind: 'access-key', credentials: keys }), { unusable: unusable(2) });
    expect(sent()).toHaveLength(4);
    sts.resetHistory();
    const session = await run(planOf({ kind: 'access-key', credentials: keys }), { unusable: () => true });
    expect(sent()).toHaveLength(7);
    expect(session.hops).toHaveLength(2);
  });

  test('are used if an MFA code was sent for them', async () => {
    const hop = hopTo(customerArn, { mfa: { serialNumber: 's', tokenCode: '123456' } });
    await run(planOf({ kind: 'access-key', credentials: keys }, [hop]), { unusable: () => true });
    expect(sent()).toHaveLength(1);
  });
});

test('a plan has a hop', async () => {
  const empty = { ...planOf({ kind: 'ambient', origin: {} }), hops: [] } as unknown as Plan;
  await expect(run(empty)).rejects.toThrow('at least one hop');
});

const inFuture = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

test.each([
  [0, 0],
  [59_999, 0],
  [60_000, 60_000],
])('by a clock that is %i ms off, the session ends %i ms earlier', async (clockOffset, earlier) => {
  const session = await run(planOf({ kind: 'access-key', credentials: keys }, [hopTo(customerArn)]), {
    sts: { ...mockedSts(), clockOffset },
  });
  expect(session.expiration).toEqual(expiration);
  expect(session.expires).toBe(expiration.getTime() - earlier);
});

test('no clock makes a session longer than what was requested', async () => {
  const now = Date.now();
  sts.on(AssumeRoleCommand).callsFake((input: { RoleArn: string }) => {
    const { Credentials, ...rest } = answer(input);
    return { ...rest, Credentials: { ...Credentials, Expiration: inFuture(1700) } };
  });
  const session = await run(planOf({ kind: 'access-key', credentials: keys }));
  expect(session.expires).toBeGreaterThanOrEqual(now + 900_000);
  expect(session.expires).toBeLessThanOrEqual(Date.now() + 900_000);
});
