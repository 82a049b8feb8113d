import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { assumeTargets, type TargetsDependencies } from '../../../src/chain/assume-targets.ts';
import type { Target } from '../../../src/aws/plan.ts';
import { openBase } from '../../../src/sources/sources.ts';
import { hopTo, hubArn, keys, planOf, tokenOf } from '../sts/plans.ts';
import { mockedSts } from '../sts/mocked.ts';

const sts = mockClient(STSClient);
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/deploy`;
const accountOf = (index: number): string => String(300_000_000_000 + index);

const account = (
  index: number,
  base: Target['plan']['base'] = { kind: 'access-key', credentials: keys },
): Target => ({
  name: `a${String(index)}`,
  plan: planOf(base, [hopTo(hubArn), hopTo(roleOf(accountOf(index)))]),
  sharedHops: 1,
});

let underWay = 0;
let most = 0;
const answer = async ({
  RoleArn = '',
  RoleSessionName = '',
}: {
  RoleArn?: string;
  RoleSessionName?: string;
}) => {
  most = Math.max(most, ++underWay);
  await new Promise(setImmediate);
  underWay--;
  const [, , , , id = '', resource = ''] = RoleArn.split(':');
  return {
    Credentials: {
      AccessKeyId: 'ASIANEWNEWNEWNEW',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 900_000),
    },
    AssumedRoleUser: {
      Arn: `arn:aws:sts::${id}:assumed-role/${resource.split('/').at(-1) ?? ''}/${RoleSessionName}`,
      AssumedRoleId: `A:${RoleSessionName}`,
    },
  };
};
const error = (Code: string): Error =>
  Object.assign(new Error('text'), { name: Code, Code, $metadata: { httpStatusCode: 400 } });

const tokens: string[] = [];
const asked: string[] = [];
const dependencies = (
  base: Target['plan']['base'] = { kind: 'access-key', credentials: keys },
): TargetsDependencies => {
  const client = mockedSts();
  const retryOptions = {
    maxAttempts: 9,
    propagationWaitSeconds: 0,
    signal: new AbortController().signal,
    say: () => undefined,
    wait: () => Promise.resolve(),
  };
  const idToken = (): Promise<string> => {
    tokens.push(tokenOf({ exp: 9_999_999_999, jti: tokens.length }));
    return Promise.resolve(tokens.at(-1) ?? '');
  };
  return {
    sts: client,
    stsOf: ({ region }) => {
      asked.push(region);
      return client;
    },
    base: openBase(base, {
      ambient: () => Promise.resolve(keys),
      retryOptions,
      secret: () => undefined,
      idToken,
    }),
    retryOptions,
    secret: () => undefined,
    arrived: () => undefined,
  };
};

beforeEach(() => {
  sts.reset();
  sts.on(AssumeRoleCommand).callsFake(answer);
  sts.on(AssumeRoleWithWebIdentityCommand).callsFake(answer);
  most = 0;
  tokens.length = 0;
  asked.length = 0;
});

const hundred = Array.from({ length: 100 }, (_, index) => account(index));

test('the shared roles are assumed once, then 64 accounts at once, in the order of the list', async () => {
  const { assumed, failed } = await assumeTargets(hundred, dependencies());
  expect(failed).toEqual([]);
  expect(assumed.map(({ target: { name } }) => name)).toEqual(hundred.map(({ name }) => name));
  expect(sts.commandCalls(AssumeRoleCommand, { RoleArn: hubArn })).toHaveLength(1);
  expect(sts.calls()).toHaveLength(101);
  expect(most).toBe(64);
});

test('a request is on its way before the next one is prepared', async () => {
  const order: string[] = [];
  sts.on(AssumeRoleCommand).callsFake(async (request: { RoleArn?: string; RoleSessionName?: string }) => {
    order.push('prepared');
    // As a signature takes: time, but no turn of the event loop.
    for (let steps = 0; steps < 100; steps++) await Promise.resolve();
    order.push('sent');
    return answer(request);
  });
  await assumeTargets(hundred.slice(0, 3), dependencies());
  expect(order).toEqual(Array.from({ length: 4 }, () => ['prepared', 'sent']).flat());
});

test("each account is asked for at its own region's STS", async () => {
  const regions = ['eu-west-1', 'us-east-1', 'ap-east-1'];
  const accounts = regions.map((region, index) => {
    const one = account(index);
    return { ...one, plan: { ...one.plan, sts: { ...one.plan.sts, region } } };
  });
  await assumeTargets(accounts, dependencies());
  expect(asked).toEqual(regions);
});

test('connections are opened ahead for each STS, as many as there will be requests at once', async () => {
  const inRegion = (region: string) => (one: (typeof hundred)[number]) => ({
    ...one,
    plan: { ...one.plan, sts: { ...one.plan.sts, region } },
  });
  const opened: [string, number][] = [];
  const openConnections = ({ region }: { region: string }, count: number): void =>
    void opened.push([region, count]);
  const targets = [...hundred.map(inRegion('eu-west-1')), account(100)].map((one, index) =>
    index < 3 ? inRegion('ap-east-1')(one) : one,
  );
  await assumeTargets(targets, { ...dependencies(), openConnections });
  expect(new Map(opened)).toEqual(
    new Map([
      ['ap-east-1', 3],
      ['eu-west-1', 64],
      ['us-east-1', 1],
    ]),
  );
  opened.length = 0;
  await assumeTargets(hundred.slice(0, 1), { ...dependencies(), openConnections });
  expect(opened).toEqual([]);
});

test('without shared roles one token serves all', async () => {
  const base = { kind: 'oidc', audience: 'a' } as const;
  const alone = hundred
    .slice(0, 5)
    .map((one, index) => ({ ...one, plan: planOf(base, [hopTo(roleOf(accountOf(index)))]), sharedHops: 0 }));
  const { assumed } = await assumeTargets(alone, dependencies(base));
  expect(assumed).toHaveLength(5);
  expect(tokens).toHaveLength(1);
});

test('throttling slows down, and nothing is lost', async () => {
  const throttled = new Set(hundred.slice(0, 64).map((_, index) => roleOf(accountOf(index))));
  let assumed = 0;
  let before: number | undefined;
  sts.on(AssumeRoleCommand).callsFake(async (input: Parameters<typeof answer>[0]) => {
    const { RoleArn = '' } = input;
    if (throttled.delete(RoleArn)) throw error('Throttling');
    if (RoleArn === roleOf(accountOf(64))) before ??= assumed;
    const answered = await answer(input);
    assumed++;
    return answered;
  });
  const all = await assumeTargets(hundred, dependencies());
  expect([all.assumed.length, all.failed.length]).toEqual([100, 0]);
  // 64 are under way when one may be: the next begins when about half of them are through, not with the first.
  expect(before).toBeGreaterThanOrEqual(31);
});

test('results are in the order of the list', async () => {
  const slow = sts.on(AssumeRoleCommand, { RoleArn: roleOf(accountOf(0)) });
  for (let times = 0; times < 5; times++) slow.rejectsOnce(error('ServiceUnavailable'));
  slow.callsFake(answer);
  const { assumed } = await assumeTargets(hundred.slice(0, 5), dependencies());
  expect(assumed.map(({ target: { name } }) => name)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
});

test('what is wrong with one does not stop the others', async () => {
  sts.on(AssumeRoleCommand, { RoleArn: roleOf(accountOf(3)) }).rejects(error('AccessDenied'));
  const { assumed, failed } = await assumeTargets(hundred, dependencies());
  expect([assumed.length, failed.map(({ target: { name } }) => name)]).toEqual([99, ['a3']]);
});

test('what all of them share fails once', async () => {
  sts.on(AssumeRoleCommand, { RoleArn: hubArn }).rejects(error('AccessDenied'));
  await expect(assumeTargets(hundred, dependencies())).rejects.toMatchObject({
    attempt: { roleArn: hubArn },
  });
  expect(sts.calls()).toHaveLength(1);
  await expect(assumeTargets([], dependencies())).rejects.toThrow('there is no target');
});
