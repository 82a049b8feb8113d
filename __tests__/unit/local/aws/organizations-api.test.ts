import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../../local/aws/server.ts';
import { checkSpec } from '../../../../local/aws/policy-check.ts';
import type { AwsSpec, MemberSpec, OrganizationSpec, UserSpec } from '../../../../local/aws/spec.ts';
import { sendRaw } from '../signed-request.ts';

const [management, member, stranger] = ['111111111111', '222222222222', '999999999999'] as const;
const unit = 'ou-abcd-11111111';
const user = (account: string, permissions?: UserSpec['permissions']): UserSpec => ({
  ...{ name: 'ci', accessKeyId: `AKIA${account}`, secretAccessKey: `secret of ${account}` },
  ...(permissions === undefined ? {} : { permissions }),
});
const all = { Statement: { Effect: 'Allow', Action: 'organizations:List*', Resource: '*' } };

const spec = (more: Partial<OrganizationSpec> = {}): AwsSpec => ({
  accounts: [
    { id: management, users: [user(management, all)] },
    { id: member, users: [user(member, all)] },
    { id: stranger, users: [user(stranger, all)] },
    { id: '333333333333', users: [user('333333333333')] },
  ],
  organization: {
    ...{ id: 'o-abcdefghij', managementAccountId: management, rootId: 'r-abcd' },
    units: [{ id: unit, name: 'prod', parentId: 'r-abcd' }],
    members: [
      { accountId: management, name: 'management' },
      { accountId: member, name: 'member', tags: { Env: 'prod' }, state: 'PENDING_ACTIVATION' },
      { accountId: '333333333333', name: 'third' },
      ...Array.from({ length: 40 }, (_, index): MemberSpec => ({
        ...{ accountId: String(400_000_000_000 + index), name: 'customer', parentId: unit },
        ...(index === 0 ? { state: 'CLOSED' } : {}),
      })),
    ],
    ...more,
  },
});

let aws: LocalAws;
const open = async (more: Partial<OrganizationSpec> = {}, options: LocalAwsOptions = {}): Promise<void> => {
  aws = await startLocalAws(spec(more), options);
};
beforeEach(() => open());
afterEach(() => aws.close());

type Answer = Readonly<Record<string, unknown>> & { readonly status: number };

interface Caller {
  readonly account?: string;
  readonly region?: string;
  readonly secret?: string;
}

async function ask(operation: string, input: unknown = {}, caller: Caller = {}): Promise<Answer> {
  const { account = management, region = 'us-east-1', secret = `secret of ${account}` } = caller;
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const signer = new SignatureV4({
    ...{ service: 'organizations', region, sha256: Sha256 },
    credentials: { accessKeyId: `AKIA${account}`, secretAccessKey: secret },
  });
  const headers = {
    host: `127.0.0.1:${aws.port}`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSOrganizationsV20161128.${operation}`,
  };
  const plain = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: '/',
    query: {},
    headers,
    body,
  };
  const { headers: signed } = await signer.sign(plain);
  const { status, text } = await sendRaw(aws, { headers: signed, body });
  return { status, ...(JSON.parse(text) as object) };
}
const errorOf = ({ status, __type: type }: Answer): unknown[] => [status, type];

describe('lists', () => {
  test('the root, units, accounts and tags', async () => {
    expect((await ask('ListRoots'))['Roots']).toMatchObject([{ Id: 'r-abcd' }]);
    expect(
      (await ask('ListOrganizationalUnitsForParent', { ParentId: 'r-abcd' }))['OrganizationalUnits'],
    ).toEqual([
      { Id: unit, Arn: `arn:aws:organizations::${management}:ou/o-abcdefghij/${unit}`, Name: 'prod' },
    ]);
    const { Accounts: accounts } = await ask('ListAccountsForParent', { ParentId: 'r-abcd' });
    expect(accounts).toMatchObject([
      { Id: management, State: 'ACTIVE', Status: 'ACTIVE' },
      { Id: member, State: 'PENDING_ACTIVATION', Status: 'ACTIVE' },
      { Id: '333333333333' },
    ]);
    expect((await ask('ListTagsForResource', { ResourceId: member }))['Tags']).toEqual([
      { Key: 'Env', Value: 'prod' },
    ]);
    expect(aws.requests.at(-1)).toMatchObject({
      service: 'organizations',
      params: { ResourceId: member },
      status: 200,
    });
  });

  test('pages of 20 at most; the last of full ones is empty, and tokens are of their list', async () => {
    const pages: Answer[] = [];
    let token: unknown;
    do {
      pages.push(
        await ask('ListAccountsForParent', { ParentId: unit, ...(token ? { NextToken: token } : {}) }),
      );
      token = pages.at(-1)?.['NextToken'];
    } while (token !== undefined);
    expect(pages.map(({ Accounts: found }) => (found as unknown[]).length)).toEqual([20, 20, 0]);
    expect((pages[0]?.['Accounts'] as object[])[0]).toMatchObject({ State: 'CLOSED', Status: 'SUSPENDED' });
    const { NextToken: next } = await ask('ListAccountsForParent', { ParentId: unit, MaxResults: 3 });
    expect(errorOf(await ask('ListAccountsForParent', { ParentId: 'r-abcd', NextToken: next }))).toEqual([
      400,
      'InvalidInputException',
    ]);
  });
});

describe('errors', () => {
  test.each<[string, string, unknown, Caller, unknown[]]>([
    ['an unknown operation', 'ListEverything', {}, {}, [400, 'UnknownOperationException']],
    ['a body that is no object', 'ListRoots', '[]', {}, [400, 'SerializationException']],
    ['a body that is no JSON', 'ListRoots', '{', {}, [400, 'SerializationException']],
    ['no parent', 'ListAccountsForParent', {}, {}, [400, 'InvalidInputException']],
    ['no id of a parent', 'ListAccountsForParent', { ParentId: member }, {}, [400, 'InvalidInputException']],
    ['too many a page', 'ListRoots', { MaxResults: 21 }, {}, [400, 'InvalidInputException']],
    ['a token of nobody', 'ListRoots', { NextToken: 'x' }, {}, [400, 'InvalidInputException']],
    [
      'an unknown parent',
      'ListAccountsForParent',
      { ParentId: 'ou-abcd-99999999' },
      {},
      [400, 'ParentNotFoundException'],
    ],
    [
      'an unknown account',
      'ListTagsForResource',
      { ResourceId: stranger },
      {},
      [400, 'TargetNotFoundException'],
    ],
    ['another region', 'ListRoots', {}, { region: 'eu-west-1' }, [400, 'InvalidSignatureException']],
    ['a wrong secret', 'ListRoots', {}, { secret: 'x' }, [400, 'InvalidSignatureException']],
    ['an unknown key', 'ListRoots', {}, { account: '1' }, [400, 'UnrecognizedClientException']],
    ['a member', 'ListRoots', {}, { account: member }, [400, 'AccessDeniedException']],
    ['without permission', 'ListRoots', {}, { account: '333333333333' }, [400, 'AccessDeniedException']],
    ['a stranger', 'ListRoots', {}, { account: stranger }, [400, 'AWSOrganizationsNotInUseException']],
  ])('%s', async (_, operation, input, options, expected) => {
    expect(errorOf(await ask(operation, input, options))).toEqual(expected);
  });

  test('a service control policy, and the words of a denial', async () => {
    await aws.close();
    const document = { Statement: { Effect: 'Deny', Action: 'organizations:ListRoots', Resource: '*' } };
    await open({
      delegatedAdministrators: [member],
      policies: [{ id: 'p-12345678', type: 'service_control_policy', targets: [member], document }],
    });
    expect((await ask('ListRoots', {}, { account: member }))['Message']).toBe(
      `User: arn:aws:iam::${member}:user/ci is not authorized to perform: organizations:ListRoots on resource: * with an explicit deny in a service control policy: arn:aws:organizations::${management}:policy/o-abcdefghij/service_control_policy/p-12345678`,
    );
    const found = await ask('ListAccountsForParent', { ParentId: 'r-abcd' }, { account: member });
    expect(found.status).toBe(200);
  });

  test('a limit that fills up again, and faults', async () => {
    await aws.close();
    await open({}, { organizationsPace: { perSecond: 1, burst: 2 } });
    const answers = [await ask('ListRoots'), await ask('ListRoots'), await ask('ListRoots')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(answers[2]?.['__type']).toBe('TooManyRequestsException');
    aws.advanceClock(2);
    expect((await ask('ListRoots')).status).toBe(200);
    aws.injectFault({ kind: 'internal-error', action: 'ListRoots' });
    expect(errorOf(await ask('ListRoots'))).toEqual([500, 'InternalFailure']);
  });

  test('specifications that AWS would not allow', () => {
    expect(() => {
      checkSpec(spec({ units: [{ id: 'ou-1', name: 'x', parentId: 'r-abcd' }], members: [] }));
    }).toThrow('Not the id of an organizational unit: ou-1');
    expect(() => {
      checkSpec(spec({ members: [{ accountId: member, name: 'x', parentId: 'ou-abcd-99999999' }] }));
    }).toThrow('The organization has no root or unit ou-abcd-99999999');
  });
});
