import { afterEach, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, keysIn } from '../signed-request.ts';
import { admits, assume, deploy, far, fred, hub, policy, specOf } from '../accounts.ts';

let aws: LocalAws;
afterEach(() => aws.close());

const allow = (Action: string): string => JSON.stringify(policy({ Effect: 'Allow', Action, Resource: '*' }));
const arns = (...all: string[]): Record<string, string> =>
  Object.fromEntries(all.map((arn, index) => [`PolicyArns.member.${index + 1}.arn`, arn]));

test.each<[string, string]>([
  ['no JSON', '{'],
  ['no policy', '{}'],
  ['null', 'null'],
  ['no statement', '{"Statement":[]}'],
  ['no action', '{"Statement":{"Effect":"Allow","Resource":"*"}}'],
  ['another effect', '{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}'],
  ['a principal', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}'],
  ['another version', '{"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
  ['a strange field', '{"Rule":1,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'],
  ['an action of no service', '{"Statement":{"Effect":"Allow","Action":"ListTopics","Resource":"*"}}'],
  ['an action that is a number', '{"Statement":{"Effect":"Allow","Action":5,"Resource":"*"}}'],
  ['an empty list of actions', '{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}'],
  ['a resource that is no ARN', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"bucket"}}'],
  ['a resource that is an object', '{"Statement":{"Effect":"Allow","Action":"*","Resource":{}}}'],
  ...['"x"', 'null', '{"Bool":"x"}', '{"Bool":{"aws:x":null}}', '{"Equals":{"aws:x":"y"}}'].map(
    (condition): [string, string] => [
      `the condition ${condition}`,
      `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":${condition}}}`,
    ],
  ),
])('%s', async (_, Policy) => {
  aws = await startLocalAws(specOf());
  const answer = await ask(aws, fred, assume({ Policy }));
  expect(answer.error.slice(0, 2)).toEqual([400, 'MalformedPolicyDocument']);
});

test.each([
  ['IpAddress', '{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}'],
  ['Policy variables', '{"StringEquals":{"aws:PrincipalTag/Team":"${aws:RequestTag/Team}"}}'],
])('%s: a good policy that cannot be evaluated here is not called malformed', async (words, condition) => {
  aws = await startLocalAws(specOf());
  const Policy = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":${condition}}}`;
  const [status, code, message] = (await ask(aws, fred, assume({ Policy }))).error;
  expect([status, code]).toEqual([501, 'NotImplemented']);
  expect(message).toContain(words);
});

describe('what a session may do', () => {
  const near = { name: 'near', trustPolicy: policy(admits(far)) };
  test.each([
    ['sts:*', 200],
    ['s3:*', 403],
  ])('with a session policy for %s, the next hop is %d', async (action, status) => {
    aws = await startLocalAws(specOf({ hub: { users: [{ name: 'fred', ...fred }], roles: [near] } }));
    const answer = await ask(aws, fred, assume({ Policy: allow(action) }));
    expect(Number(answer.element('PackedPolicySize'))).toBeGreaterThan(0);
    const next = await ask(aws, keysIn(answer), assume({ RoleArn: `arn:aws:iam::${hub}:role/near` }));
    expect(next.status).toBe(status);
  });

  test('within an account too', async () => {
    const trustPolicy = policy(admits(hub), admits(`arn:aws:iam::${far}:role/team/deploy`));
    aws = await startLocalAws(specOf({ far: { roles: [{ ...deploy, trustPolicy }] } }));
    const keys = keysIn(await ask(aws, fred, assume({ Policy: allow('s3:*') })));
    expect((await ask(aws, keys, assume())).status).toBe(403);
  });
});

describe('managed policies', () => {
  test.each<[string, number]>([
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', 200],
    [`arn:aws:iam::${far}:policy/path/limits`, 200],
    [`arn:aws:iam::${hub}:policy/limits`, 400],
    ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess', 400],
    [`arn:aws:iam::${far}:role/team/deploy`, 400],
  ])('%s: %d', async (arn, status) => {
    aws = await startLocalAws(specOf());
    expect((await ask(aws, fred, assume(arns(arn)))).status).toBe(status);
  });
});

test('together they are 2048 characters at most', async () => {
  aws = await startLocalAws(specOf());
  const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const Policy = allow('s3:*').padEnd(2048 - arn.length);
  expect((await ask(aws, fred, assume({ Policy, ...arns(arn) }))).status).toBe(200);
  const answer = await ask(aws, fred, assume({ Policy: `${Policy} `, ...arns(arn) }));
  expect(answer.error).toEqual([
    400,
    'PackedPolicyTooLarge',
    'Packed size of session policy consumes 101% of allotted space.',
  ]);
});
