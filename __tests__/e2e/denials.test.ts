import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  AccountSpec,
  AwsSpec,
  OrganizationPolicySpec,
  OrganizationSpec,
  PolicyDocument,
  PolicyStatement,
  RoleSpec,
} from '../../local/aws/spec.ts';
import {
  customerAccount,
  customerRole,
  defaultAccounts,
  externalId,
  hubAccount,
  hubRole,
  startLocalServices,
  type LocalServices,
  type LocalServicesOptions,
} from '../../local/services.ts';
import type { StepResult } from '../../local/runner/result.ts';
import { assume, chain, leftNothing, stepOf, workflow } from '../workflows.ts';

/** Denials by policies of the local AWS. Each test applies what the step says to paste, and runs it again. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

async function run(
  options: LocalServicesOptions,
  inputs: Readonly<Record<string, string>> = chain,
  sub?: string,
): Promise<StepResult> {
  await local.close();
  local = await startLocalServices(options);
  if (sub !== undefined) local.github.claims['sub'] = sub;
  const result = await local.run({ workflow: workflow(assume(inputs)) });
  expect(result.leaks).toEqual([]);
  return stepOf(result);
}

interface Failure {
  readonly title: string | undefined;
  readonly message: string;
  readonly documents: readonly (PolicyDocument & PolicyStatement)[];
}

/** The only error of a step that failed and left nothing. Only its annotation is read. */
async function failure(...args: Parameters<typeof run>): Promise<Failure> {
  const step = await run(...args);
  expect(leftNothing(step)).toBe(true);
  return failureOf(step);
}

function failureOf(step: StepResult): Failure {
  expect(step.outcome).toBe('failure');
  expect([step.exported, step.outputs]).toEqual([{}, {}]);
  const [error, ...more] = step.annotations.filter(({ level }) => level === 'error');
  expect(more).toEqual([]);
  const message = error?.message ?? '';
  const documents = [...message.matchAll(/^\{$[^]*?^\}$/gm)].map(
    ([text]) => JSON.parse(text) as PolicyDocument & PolicyStatement,
  );
  return { title: error?.title, message, documents };
}

const succeeds = async (...args: Parameters<typeof run>): Promise<void> => {
  expect((await run(...args)).outcome).toBe('success');
};

const [hub, customer] = defaultAccounts() as [AccountSpec, AccountSpec];
const [hubSpec] = hub.roles ?? [];
const [customerSpec] = customer.roles ?? [];
if (!hubSpec || !customerSpec) throw new Error('both accounts have a role');

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const denyAssume = { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' } as const;
const document = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const explicit = document(allowAll, denyAssume);
/** Allows everything of STS but AssumeRole. */
const nothing = document({ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' });
const forAll = ({ Statement, ...rest }: PolicyDocument): PolicyDocument => ({
  ...rest,
  Statement: [Statement].flat().map((one) => ({ ...one, Principal: '*' as const })),
});

/** Both accounts in one organization, where AWS names the role's side too. */
const organization = (...policies: OrganizationPolicySpec[]): OrganizationSpec => ({
  id: 'o-exampleorg1',
  managementAccountId: '999999999999',
  rootId: 'r-abcd',
  members: [
    { accountId: hubAccount, name: 'hub' },
    { accountId: customerAccount, name: 'customer' },
  ],
  policies,
});
const controlPolicy = (
  type: OrganizationPolicySpec['type'],
  policy: PolicyDocument,
): OrganizationPolicySpec => ({
  ...{ id: 'p-12345678', type, document: policy, replacesFullAccess: true },
  targets: [type === 'service_control_policy' ? hubAccount : customerAccount],
});

interface World {
  readonly hubRole?: Partial<RoleSpec>;
  readonly customerRole?: Partial<RoleSpec>;
  readonly policies?: readonly OrganizationPolicySpec[];
}
const specOf = ({ hubRole: hubMore, customerRole: customerMore, policies = [] }: World): AwsSpec => ({
  organization: organization(...policies),
  accounts: [
    { ...hub, roles: [{ ...hubSpec, ...hubMore }] },
    { ...customer, roles: [{ ...customerSpec, ...customerMore }] },
  ],
});

const scp = (policy: PolicyDocument): World => ({
  policies: [controlPolicy('service_control_policy', policy)],
});
const rcp = (policy: PolicyDocument): World => ({
  policies: [controlPolicy('resource_control_policy', forAll(policy))],
});

/** The customer's trust policy, and a Deny statement. */
const alsoDenies = (Action: string): PolicyDocument =>
  document(...[customerSpec.trustPolicy.Statement].flat(), { Effect: 'Deny', Principal: '*', Action });

describe('an explicit deny', () => {
  const scpArn = 'arn:aws:organizations::999999999999:policy/o-exampleorg1/service_control_policy/p-12345678';
  test.each<[string, LocalServicesOptions, string, string]>([
    [
      'Denied by identity-based policy',
      { spec: specOf({ hubRole: { permissions: explicit } }) },
      'account 111111111111',
      'aws iam simulate-principal-policy',
    ],
    [
      'Denied by permissions boundary',
      { spec: specOf({ hubRole: { permissionsBoundary: explicit } }) },
      'account 111111111111',
      'Role.PermissionsBoundary',
    ],
    [
      'Denied by role trust policy',
      {
        spec: specOf({ customerRole: { trustPolicy: alsoDenies('sts:AssumeRole') } }),
      },
      'account 222222222222',
      'Role.AssumeRolePolicyDocument',
    ],
    [
      'Denied by resource-based policy',
      {
        spec: specOf({ customerRole: { trustPolicy: alsoDenies('sts:AssumeRole') } }),
        trustPolicyName: 'resource-based policy',
      },
      'account 222222222222',
      'Role.AssumeRolePolicyDocument',
    ],
    [
      'Denied by service control policy',
      { spec: specOf(scp(explicit)) },
      "the organization's administrators",
      scpArn,
    ],
    [
      'Denied by resource control policy',
      { spec: specOf(rcp(explicit)) },
      "the organization's administrators",
      'aws organizations describe-policy --policy-id p-12345678',
    ],
    [
      'Denied by VPC endpoint policy',
      { spec: specOf({}), vpcEndpointPolicy: forAll(explicit) },
      "the owner of the runner's network",
      'aws ec2 describe-vpc-endpoints',
    ],
  ])('%s: who can fix it, what to look at, and no statement', async (title, options, owner, words) => {
    const found = await failure(options);
    expect(found.title).toBe(title);
    expect(found.message).toMatch(/^Hop 2 of 2: A Deny statement in .* denies sts:AssumeRole/);
    expect(found.message.split('\n')[0]).toContain(owner);
    expect(found.message).toContain(words);
    expect(found.message).toContain('does not help against an explicit deny');
    expect(found.documents).toEqual([]);
    expect(found.message).not.toMatch(/external/i);
  });
});

describe('an explicit deny of what comes with a role', () => {
  const denying = (Action: string): PolicyDocument => document(allowAll, { ...denyAssume, Action });

  test.each<[string, string, LocalServicesOptions, Record<string, string>]>([
    [
      'service control policy',
      'sts:SetSourceIdentity',
      { spec: specOf(scp(denying('sts:SetSourceIdentity'))) },
      { 'source-identity': 'fred' },
    ],
    [
      'role trust policy',
      'sts:SetSourceIdentity',
      { spec: specOf({ customerRole: { trustPolicy: alsoDenies('sts:SetSourceIdentity') } }) },
      { 'source-identity': 'fred' },
    ],
    [
      'permissions boundary',
      'sts:TagSession',
      { spec: specOf({ hubRole: { permissionsBoundary: denying('sts:TagSession') } }) },
      { 'session-tags': 'a=b' },
    ],
  ])('%s, %s', async (policy, action, options, inputs) => {
    const found = await failure(options, { ...chain, ...inputs });
    expect(found.title).toBe(`Denied by ${policy}`);
    expect(found.message.split('\n')[0]).toContain(` denies ${action} `);
    expect(found.documents).toEqual([]);
  });
});

describe('the session policy of the session that the chain starts from', () => {
  /** The failure of the second step; undefined where it succeeds. */
  async function withPolicy(
    policy: PolicyDocument,
    more: Record<string, string> = {},
  ): Promise<Failure | undefined> {
    await local.close();
    local = await startLocalServices({ spec: specOf({ hubRole: { permissions: document(allowAll) } }) });
    const first = assume({ 'role-arn': hubRole, 'session-policy': JSON.stringify(policy) });
    const inputs = {
      'role-arn': customerRole,
      'external-id': externalId,
      'credential-source': 'ambient',
      ...more,
    };
    const result = await local.run({ workflow: workflow(first, assume(inputs)) });
    expect(result.leaks).toEqual([]);
    const step = stepOf(result, 1);
    return step.outcome === 'success' ? undefined : failureOf(step);
  }

  test('denies explicitly: no statement', async () => {
    const found = await withPolicy(explicit);
    expect(found?.title).toBe('Denied by session policy');
    expect(found?.message).toMatch(/^A Deny statement in the caller's session policy denies sts:AssumeRole/);
    expect(found?.documents).toEqual([]);
    const tags = document(allowAll, { ...denyAssume, Action: 'sts:TagSession' });
    const tagged = await withPolicy(tags, { 'session-tags': 'a=b' });
    expect(tagged?.message).toMatch(/^A Deny statement in the caller's session policy denies sts:TagSession/);
  });

  test('allows too little: the statement admits this role, and no other', async () => {
    const found = await withPolicy(nothing);
    expect(found?.title).toBe('Missing from session policy');
    const [statement, ...more] = found?.documents ?? [];
    expect(more).toEqual([]);
    const policy = document(...[nothing.Statement].flat(), ...(statement ? [statement] : []));
    expect(await withPolicy(policy)).toBeUndefined();
    const other = await withPolicy(policy, { 'role-arn': hubRole, 'external-id': 'none' });
    expect(other?.title).toBe('Missing from session policy');
  });
});

test('a role with a path, of which its session says nothing: the principal with the path is admitted', async () => {
  const path = '/ci/';
  const inputs = { 'role-arn': customerRole, 'external-id': externalId, 'credential-source': 'ambient' };
  const hubArn = `arn:aws:iam::${hubAccount}:role${path}${hubSpec.name}`;
  const runWith = async (trustPolicy: PolicyDocument): Promise<StepResult> => {
    await local.close();
    local = await startLocalServices({ spec: specOf({ hubRole: { path }, customerRole: { trustPolicy } }) });
    const result = await local.run({ workflow: workflow(assume({ 'role-arn': hubArn }), assume(inputs)) });
    return stepOf(result, 1);
  };
  const found = failureOf(await runWith(customerSpec.trustPolicy));
  expect(found.message).toContain(
    'AWS does not show the path of role deployment-hub of account 111111111111',
  );
  const pasted = JSON.stringify(found.documents[0])
    .replace('EXTERNAL-ID', externalId)
    .replace(hubRole, hubArn);
  expect((await runWith(document(JSON.parse(pasted) as PolicyStatement))).outcome).toBe('success');
});

describe('a missing statement: what is pasted admits this caller, and no other', () => {
  test('in the identity-based policies of the caller', async () => {
    const found = await failure({ spec: specOf({ hubRole: { permissions: nothing } }) });
    expect(found.title).toBe('Missing from identity-based policy');
    const [permissions, ...more] = found.documents;
    expect(more).toEqual([]);
    await succeeds({ spec: specOf({ hubRole: { permissions: permissions ?? nothing } }) });
    const other = { ...chain, 'role-arn': `${hubRole}\n${customerRole}-2` };
    const spec = specOf({ hubRole: { permissions: permissions ?? nothing } });
    const second = { ...customerSpec, name: `${customerSpec.name}-2` };
    const accounts = spec.accounts.map((account) =>
      account.id === customerAccount ? { ...account, roles: [customerSpec, second] } : account,
    );
    expect((await failure({ spec: { ...spec, accounts } }, other)).title).toBe(
      'Missing from identity-based policy',
    );
  });

  test('for 100 accounts, by a policy that IAM accepts, and in no other account', async () => {
    const idOf = (index: number): string => String(300_000_000_000 + index);
    const ids = Array.from({ length: 101 }, (_, index) => idOf(index));
    const specWith = (permissions: PolicyDocument): AwsSpec => {
      const [first] = specOf({ hubRole: { permissions } }).accounts;
      const customers = ids.map((id): AccountSpec => ({ ...customer, id }));
      return { accounts: [...(first ? [first] : []), ...customers] };
    };
    const entry = (id: string): string => `c${id}: arn:aws:iam::${id}:role/deploy/customer-deployment`;
    const inputs = {
      ...{ 'role-arn': hubRole, region: 'us-east-1', 'account-external-id': externalId },
      accounts: ids.slice(0, 100).map(entry).join('\n'),
    };
    const found = await failure({ spec: specWith(nothing) }, inputs);
    expect(found.title).toBe('100 of 100 accounts failed');
    const [permissions, ...more] = found.documents;
    expect(more).toEqual([]);
    expect(JSON.stringify(permissions).length).toBeLessThan(6_144);
    const spec = specWith(permissions ?? nothing);
    await succeeds({ spec }, inputs);
    const [other] = [entry(idOf(100))];
    expect((await failure({ spec }, { ...inputs, accounts: other })).title).toBe('1 of 1 accounts failed');
  });

  test('in the permissions boundary', async () => {
    const found = await failure({ spec: specOf({ hubRole: { permissionsBoundary: nothing } }) });
    expect(found.title).toBe('Missing from permissions boundary');
    const [statement, ...more] = found.documents;
    expect(more).toEqual([]);
    const boundary = document(...[nothing.Statement].flat(), ...(statement ? [statement] : []));
    await succeeds({ spec: specOf({ hubRole: { permissionsBoundary: boundary } }) });
  });

  test('in a service control policy', async () => {
    const found = await failure({ spec: specOf(scp(nothing)) });
    expect(found.title).toBe('Missing from service control policy');
    const [statement, ...more] = found.documents;
    expect(more).toEqual([]);
    await succeeds({ spec: specOf(scp(document(...(statement ? [statement] : [])))) });
  });

  test('in a resource control policy: nothing to paste, but what to attach', async () => {
    const found = await failure({ spec: specOf(rcp(nothing)) });
    expect(found.title).toBe('Missing from resource control policy');
    expect(found.documents).toEqual([]);
    expect(found.message).toContain(
      'aws organizations attach-policy --policy-id p-RCPFullAWSAccess --target-id 222222222222',
    );
  });

  test('in the policy of a VPC endpoint', async () => {
    const webIdentity = { ...allowAll, Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' } as const;
    const found = await failure({ spec: specOf({}), vpcEndpointPolicy: document(webIdentity) });
    expect(found.title).toBe('Missing from VPC endpoint policy');
    const [statement, ...more] = found.documents;
    expect(more).toEqual([]);
    const vpcEndpointPolicy = document(webIdentity, ...(statement ? [statement] : []));
    await succeeds({ spec: specOf({}), vpcEndpointPolicy });
  });

  test.each(['role trust policy', 'resource-based policy'] as const)('in a %s', async (trustPolicyName) => {
    const trustOf = (principal: string): PolicyDocument =>
      document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' });
    const other = trustOf('arn:aws:iam::333333333333:role/other');
    const found = await failure({ spec: specOf({ customerRole: { trustPolicy: other } }), trustPolicyName });
    expect(found.title).toBe(`Missing from ${trustPolicyName}`);
    const [statement, ...more] = found.documents;
    expect(more).toEqual([]);
    expect(statement?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': 'EXTERNAL-ID' } });
    // The placeholder stands for the value of the input.
    const pasted = JSON.parse(
      JSON.stringify(statement).replace('EXTERNAL-ID', externalId),
    ) as PolicyStatement;
    const trustPolicy = document(...[other.Statement].flat(), pasted);
    await succeeds({ spec: specOf({ customerRole: { trustPolicy } }) });
    await failure({ spec: specOf({ customerRole: { trustPolicy } }) }, { ...chain, 'external-id': 'wrong' });
  });

  test('no external id was sent: that is in the first line, and the statement keeps the condition', async () => {
    const inputs = { 'role-arn': chain['role-arn'], region: 'us-east-1' };
    for (const spec of [specOf({}), { accounts: [hub, customer] }]) {
      const found = await failure({ spec }, inputs);
      expect(found.message.split('\n')[0]).toContain('no external-id was sent');
      expect(found.documents[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': 'EXTERNAL-ID' } });
    }
  });

  test.each([
    ['sts:TagSession', { 'session-tags': 'a=b' }],
    ['sts:SetSourceIdentity', { 'source-identity': 'fred' }],
  ])('%s, on either side', async (action, more) => {
    const inputs = { ...chain, ...more };
    const onlyAssume = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const bySide = await failure({ spec: specOf({ hubRole: { permissions: onlyAssume } }) }, inputs);
    expect(bySide.title).toBe('Missing from identity-based policy');
    expect(bySide.message.split('\n')[0]).toContain(`allows ${action}`);
    const [permissions = onlyAssume] = bySide.documents;
    await succeeds({ spec: specOf({ hubRole: { permissions } }) }, inputs);
    const [first] = [customerSpec.trustPolicy.Statement].flat();
    const trust = document({ ...first, Effect: 'Allow', Action: 'sts:AssumeRole' });
    const byTrust = await failure({ spec: specOf({ customerRole: { trustPolicy: trust } }) }, inputs);
    expect(byTrust.title).toBe('Missing from role trust policy');
    const [statement] = byTrust.documents;
    const pasted = JSON.parse(
      JSON.stringify(statement).replace('EXTERNAL-ID', externalId),
    ) as PolicyStatement;
    await succeeds({ spec: specOf({ customerRole: { trustPolicy: document(pasted) } }) }, inputs);
  });
});

describe('a token', () => {
  test('denied by a resource control policy: that, and no trust policy', async () => {
    const policy = document(allowAll, { ...denyAssume, Action: 'sts:AssumeRoleWithWebIdentity' });
    const policies = [{ ...controlPolicy('resource_control_policy', forAll(policy)), targets: [hubAccount] }];
    const found = await failure({ spec: specOf({ policies }) });
    expect(found.title).toBe('Denied by resource control policy');
    expect(found.message).toContain('with a condition on token.actions.githubusercontent.com:sub');
    expect(found.documents).toEqual([]);
  });

  test('not allowed by a resource control policy', async () => {
    const policies = [
      { ...controlPolicy('resource_control_policy', forAll(nothing)), targets: [hubAccount] },
    ];
    const found = await failure({ spec: specOf({ policies }) });
    expect(found.title).toBe('Missing from resource control policy');
    expect(found.message.split('\n')[0]).toMatch(/: attach RCPFullAWSAccess again\.$/);
    expect(found.documents).toEqual([]);
  });

  test('denied by the policy of a VPC endpoint', async () => {
    const policy = document(allowAll, { ...denyAssume, Action: 'sts:AssumeRoleWithWebIdentity' });
    const found = await failure({ spec: specOf({}), vpcEndpointPolicy: forAll(policy) });
    expect(found.title).toBe('Denied by VPC endpoint policy');
    expect(found.message).toContain(`exempt role ${hubSpec.name} of account 111111111111 from it`);
    expect(found.documents).toEqual([]);
  });

  test('not allowed by the policy of a VPC endpoint: the statement admits this role, and no other', async () => {
    const one = { 'role-arn': hubRole };
    const found = await failure({ spec: specOf({}), vpcEndpointPolicy: forAll(nothing) }, one);
    expect(found.title).toBe('Missing from VPC endpoint policy');
    const [statement, ...more] = found.documents;
    expect(more).toEqual([]);
    const vpcEndpointPolicy = document(
      ...[forAll(nothing).Statement].flat(),
      ...(statement ? [statement] : []),
    );
    const second = { ...hubSpec, name: `${hubSpec.name}-2` };
    const accounts = [{ ...hub, roles: [hubSpec, second] }, customer];
    await succeeds({ spec: { accounts }, vpcEndpointPolicy }, one);
    const other = await failure({ spec: { accounts }, vpcEndpointPolicy }, { 'role-arn': `${hubRole}-2` });
    expect(other.title).toBe('Missing from VPC endpoint policy');
  });

  test('denied by the trust policy, which AWS does not say: the whole policy that is pasted admits it', async () => {
    const denied = document(...[hubSpec.trustPolicy.Statement].flat(), {
      ...{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' },
    });
    const one = { 'role-arn': hubRole };
    const found = await failure({ spec: specOf({ hubRole: { trustPolicy: denied } }) }, one);
    expect(found.title).toBe('Token not trusted by role');
    const [trustPolicy = nothing] = found.documents;
    await succeeds({ spec: specOf({ hubRole: { trustPolicy } }) }, one);
  });

  test('not trusted: the whole trust policy admits this subject, and no other', async () => {
    const sub = 'repo:acme/other:ref:refs/heads/main';
    const one = { 'role-arn': hubRole };
    const found = await failure({}, one, sub);
    expect(found.title).toBe('Token not trusted by role');
    const [trustPolicy] = found.documents;
    const spec = specOf({ hubRole: { trustPolicy: trustPolicy ?? nothing } });
    await succeeds({ spec }, one, sub);
    await failure({ spec }, one, `${sub}-2`);
  });
});
