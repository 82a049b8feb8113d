import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, type Answer } from '../signed-request.ts';

/** IAM and CloudFormation of the local AWS: what `aws iam` and `aws cloudformation deploy` call. */

const keys = { accessKeyId: 'AKIAIOSFODNN7LOCAL00', secretAccessKey: 'administrator' };
const weak = { accessKeyId: 'AKIAIOSFODNN7LOCAL11', secretAccessKey: 'weak' };
const id = '111111111111';
const all = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const template = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../../../templates/cloudformation', `${name}.yaml`), 'utf8');
const subject = 'repo:acme/shop:ref:refs/heads/main';

let aws: LocalAws;
beforeEach(async () => {
  const users = [
    { name: 'administrator', ...keys, permissions: all },
    { name: 'weak', ...weak },
  ];
  aws = await startLocalAws({ accounts: [{ id, users }] });
});
afterEach(() => aws.close());

const iam = (Action: string, parameters: Record<string, string> = {}, by = keys): Promise<Answer> =>
  ask(aws, by, { Action, Version: '2010-05-08', ...parameters }, { service: 'iam' });
const cloudFormation = (Action: string, parameters: Record<string, string>): Promise<Answer> =>
  ask(aws, keys, { Action, Version: '2010-05-15', ...parameters }, { service: 'cloudformation' });

interface Change {
  readonly type?: string;
  readonly template?: string;
  readonly capability?: string;
}
function propose(parameters: Record<string, string | undefined>, change: Change = {}): Promise<Answer> {
  const pairs = Object.entries(parameters).flatMap(([key, value], index) => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    value === undefined
      ? [`Parameters.member.${index + 1}.UsePreviousValue`, 'true']
      : [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  return cloudFormation('CreateChangeSet', {
    ...{ StackName: 's', ChangeSetName: 'c', ChangeSetType: change.type ?? 'CREATE' },
    ...{ TemplateBody: template(change.template ?? 'direct') },
    'Capabilities.member.1': change.capability ?? 'CAPABILITY_NAMED_IAM',
    ...(Object.fromEntries(pairs) as Record<string, string>),
  });
}
async function deploy(parameters: Record<string, string | undefined>, change: Change = {}): Promise<string> {
  const created = await propose(parameters, change);
  const ChangeSetName = created.element('Id') ?? '';
  expect((await cloudFormation('DescribeChangeSet', { ChangeSetName })).element('Status')).toBe(
    'CREATE_COMPLETE',
  );
  await cloudFormation('ExecuteChangeSet', { ChangeSetName });
  return (await cloudFormation('DescribeStacks', { StackName: 's' })).element('StackStatus') ?? '';
}
const roles = (): unknown[] => aws.account(id).current.roles?.map(({ name }) => name) ?? [];
const providers = (): unknown[] => aws.account(id).current.oidcProviders?.map(({ url }) => url) ?? [];
const github = 'https://token.actions.githubusercontent.com';
const provider = `arn:aws:iam::${id}:oidc-provider/token.actions.githubusercontent.com`;

test('a stack is created, updated with previous values, and shows its outputs', async () => {
  expect((await cloudFormation('DescribeStacks', { StackName: 's' })).error).toEqual([
    400,
    'ValidationError',
    'Stack with id s does not exist',
  ]);
  expect(await deploy({ Subjects: subject })).toBe('CREATE_COMPLETE');
  expect([roles(), providers()]).toEqual([['github-deploy'], [github]]);
  expect((await cloudFormation('GetTemplateSummary', { StackName: 's' })).text).toContain('>Subjects<');
  expect(await deploy({ Subjects: undefined, RoleName: 'other' }, { type: 'UPDATE' })).toBe(
    'UPDATE_COMPLETE',
  );
  expect([roles(), providers()]).toEqual([['other'], [github]]);
  const { text } = await cloudFormation('DescribeStacks', { StackName: 's' });
  expect(text).toContain(`<OutputKey>RoleArn</OutputKey><OutputValue>arn:aws:iam::${id}:role/other<`);
});

test('the provider stays where the template no longer creates it', async () => {
  await deploy({ Subjects: subject });
  await deploy({ Subjects: subject, ExistingProviderArn: provider }, { type: 'UPDATE' });
  expect(providers()).toEqual([github]);
});

test.each<[string, Record<string, string>, Change, string]>([
  ['a parameter is invalid', { Subjects: 'repo:*' }, {}, 'ValidationError'],
  ['a parameter is absent', {}, {}, 'ValidationError'],
  [
    'the capability is absent',
    { Subjects: subject },
    { capability: 'x' },
    'InsufficientCapabilitiesException',
  ],
])('refused at once: %s', async (_, parameters, change, code) => {
  expect((await propose(parameters, change)).error[1]).toBe(code);
  expect(roles()).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['a provider that exists', { Subjects: subject }, 'direct'],
  [
    'a managed policy that does not exist',
    { Subjects: subject, ManagedPolicyArns: `arn:aws:iam::${id}:policy/x`, ExistingProviderArn: provider },
    'direct',
  ],
  ['a hub role that does not exist', { HubAccountId: id, ExternalId: 'acme-7f3a' }, 'customer'],
])('rolled back, and the account stays as it was: %s', async (_, parameters, name) => {
  await iam('CreateOpenIDConnectProvider', { Url: github, 'ClientIDList.member.1': 'sts.amazonaws.com' });
  expect(await deploy(parameters, { template: name })).toBe('ROLLBACK_COMPLETE');
  expect([roles(), providers()]).toEqual([[], [github]]);
});

test('IAM creates a provider once, and lists it', async () => {
  const create = { Url: github, 'ClientIDList.member.1': 'a', 'ClientIDList.member.2': 'b' };
  expect((await iam('CreateOpenIDConnectProvider', create)).element('OpenIDConnectProviderArn')).toBe(
    provider,
  );
  expect(aws.account(id).current.oidcProviders).toEqual([{ url: github, clientIds: ['a', 'b'] }]);
  expect((await iam('CreateOpenIDConnectProvider', create)).error.slice(0, 2)).toEqual([
    409,
    'EntityAlreadyExists',
  ]);
  expect((await iam('ListOpenIDConnectProviders')).element('Arn')).toBe(provider);
});

test('IAM shows a role and changes its policies', async () => {
  await deploy({ Subjects: subject });
  const RoleName = 'github-deploy';
  expect((await iam('GetRole', { RoleName })).element('Arn')).toBe(`arn:aws:iam::${id}:role/github-deploy`);
  expect((await iam('GetRole', { RoleName: 'none' })).error.slice(0, 2)).toEqual([404, 'NoSuchEntity']);
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
  };
  const document = (policy: unknown): Record<string, string> => ({
    RoleName,
    PolicyDocument: JSON.stringify(policy),
  });
  expect((await iam('UpdateAssumeRolePolicy', document(trust))).status).toBe(200);
  expect((await iam('PutRolePolicy', document(all))).status).toBe(200);
  expect(aws.account(id).current.roles?.[0]).toMatchObject({
    trustPolicy: trust,
    permissions: { Statement: [expect.anything(), all.Statement] },
  });
  for (const policy of [{ Statement: { Effect: 'Perhaps' } }, 'none'])
    expect((await iam('UpdateAssumeRolePolicy', document(policy))).error[1]).toBe('MalformedPolicyDocument');
  expect(aws.account(id).current.roles?.[0]?.trustPolicy).toEqual(trust);
});

test('a user without permission is refused, in IAM words', async () => {
  expect((await iam('ListOpenIDConnectProviders', {}, weak)).error).toEqual([
    403,
    'AccessDenied',
    `User: arn:aws:iam::${id}:user/weak is not authorized to perform: iam:ListOpenIDConnectProviders on resource: * because no identity-based policy allows the iam:ListOpenIDConnectProviders action`,
  ]);
});
