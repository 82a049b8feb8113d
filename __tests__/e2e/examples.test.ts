import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { deployedStackSet, joined } from '../../local/aws/cloudformation.ts';
import {
  allOfSts,
  type AccountSpec,
  type AwsSpec,
  type MemberSpec,
  type OrganizationSpec,
  type PolicyDocument,
  type RoleSpec,
} from '../../local/aws/spec.ts';
import type { RunResult } from '../../local/runner/result.ts';
import type { RunOptions } from '../../local/runner/runner.ts';
import type { JobSpec, WorkflowSpec } from '../../local/runner/workflow.ts';
import {
  customerRole,
  externalId,
  startLocalServices,
  defaultAccounts,
  user,
  type LocalServices,
} from '../../local/services.ts';

/** Runs every example unchanged, against accounts that are set up as its comments say. */

const here = import.meta.dirname;
const examples = join(here, '..', '..', 'examples');
/** Small programs of our own replace the AWS CLI, Terraform and the CDK in the examples. */
const path = [join(here, 'bin'), join(here, '..', '..', 'local', 'bin'), process.env['PATH']].join(':');

const github = 'token.actions.githubusercontent.com';
/** A role that this repository's workflows assume directly. */
const direct = (partition: string, id: string, audience: string): RoleSpec => ({
  name: 'github-deploy',
  trustPolicy: {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: `arn:${partition}:iam::${id}:oidc-provider/${github}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${github}:aud`]: audience },
        StringLike: { [`${github}:sub`]: 'repo:acme/shop:*' },
      },
    },
  },
});

function accounts(): AccountSpec[] {
  const [hub, customer] = defaultAccounts();
  if (!hub || !customer) throw new Error('the local has two accounts');
  const other = (partition: string, id: string, audience: string): AccountSpec => ({
    ...{ id, partition, roles: [direct(partition, id, audience)] },
    oidcProviders: [{ url: `https://${github}`, clientIds: [audience] }],
  });
  return [
    { ...hub, roles: [...(hub.roles ?? []), direct('aws', hub.id, 'sts.amazonaws.com')] },
    customer,
    other('aws-us-gov', '444444444444', 'sts.amazonaws.com'),
    other('aws-cn', '555555555555', 'sts.amazonaws.com.cn'),
  ];
}

const shopAccount = '666666666666';
const reading: PolicyDocument = {
  Statement: { Effect: 'Allow', Action: 'organizations:List*', Resource: '*' },
};

/** The hub's account manages an organization. The stack set has created the role in one account of a unit. */
function world(more: readonly MemberSpec[] = []): AwsSpec {
  const unit = 'ou-ab12-1a2b3c4d';
  const organization: OrganizationSpec = {
    ...{ id: 'o-abcdefghij', managementAccountId: '111111111111', rootId: 'r-ab12' },
    units: [{ id: unit, name: 'production', parentId: 'r-ab12' }],
    members: [
      { accountId: '111111111111', name: 'management' },
      { accountId: shopAccount, name: 'shop', parentId: unit, tags: { Environment: 'production' } },
      ...more,
    ],
  };
  const [hub, ...others] = accounts();
  if (!hub) throw new Error('there is a hub');
  const roles = (hub.roles ?? []).map((role) => ({
    ...role,
    permissions: joined([role.permissions ?? allOfSts, reading]),
  }));
  const ids = { HubAccountId: hub.id, OrganizationId: organization.id, OrganizationalUnitIds: unit };
  const all = [{ ...hub, roles }, ...others, { id: shopAccount }];
  return deployedStackSet('organization', ids, { accounts: all, organization });
}

let local: LocalServices;
let folder: string;
beforeEach(async () => {
  local = await startLocalServices({ spec: world() });
  folder = mkdtempSync(join(tmpdir(), 'example '));
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const secrets = {
  CUSTOMER_EXTERNAL_ID: externalId,
  ACME_EXTERNAL_ID: externalId,
  'external-id': externalId,
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  CUSTOMERS: JSON.stringify({ acme: { 'role-arn': customerRole, 'external-id': externalId } }),
};
const run = (file: string, more: Partial<RunOptions> = {}): Promise<RunResult> =>
  local.run({
    workflow: join(examples, file),
    secrets,
    ...more,
    machineEnv: { PATH: path, ...more.machineEnv },
  });

const deployed = (partition: string, id: string): string =>
  `arn:${partition}:sts::${id}:assumed-role/github-deploy/acme.shop@42`;
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const shop = `arn:aws:sts::${shopAccount}:assumed-role/customer-deployment/acme.shop@42`;
const own = deployed('aws', '111111111111');
const keys = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };

const table: [file: string, identities: string[], more?: Partial<RunOptions>][] = [
  ['accounts-file.yml', [customer]],
  ['cdk.yml', [customer]],
  ['container-job.yml', [own]],
  ['customer-deployment.yml', [customer]],
  ['customer-matrix.yml', [customer]],
  ['eks-token-file.yml', [own]],
  ['every-customer.yml', [customer, customer]],
  ['from-secrets.yml', [customer]],
  ['govcloud-and-china.yml', [deployed('aws-us-gov', '444444444444')], { job: 'govcloud' }],
  ['govcloud-and-china.yml', [deployed('aws-cn', '555555555555')], { job: 'china' }],
  ['instance-profile.yml', [customer], { machineEnv: keys }],
  ['long-deployment.yml', [customer, customer, customer]],
  ['many-customers.yml', [customer], { job: 'survey' }],
  ['nightly-audit.yml', [shop]],
  ['one-role.yml', [own]],
  ['organization.yml', [shop]],
  ['organization-matrix.yml', [], { job: 'accounts' }],
  ['outputs.yml', []],
  ['reusable-workflow.yml', [customer], { inputs: { 'account-id': '222222222222', region: 'us-east-1' } }],
  ['session-tags.yml', [customer]],
  ['terraform.yml', [customer, customer]],
  ['two-accounts.yml', [own, customer]],
];

test.each(table.map(([file, identities, more = {}]) => ({ file, identities, more, job: more.job ?? '' })))(
  '$file $job',
  async ({ file, identities, more }) => {
    const token = join(folder, 'token');
    writeFileSync(token, await local.github.mint());
    const result = await run(file, { vars: { TOKEN_FILE: token }, ...more });
    expect(result.conclusion).toBe('success');
    const said = result.steps.filter(({ kind }) => kind === 'run').map(({ stdout }) => stdout);
    expect([...said.join('\n').matchAll(/"Arn": "([^"]*)"/g)].map(([, arn]) => arn)).toEqual(identities);
    expect(result.leaks).toEqual([]);
  },
);

test('each of the examples is in the table', () => {
  const files = readdirSync(examples).filter((name) => name.endsWith('.yml'));
  expect([...new Set(table.map(([file]) => file))].sort()).toEqual(files.sort());
});

test('the nightly audit goes on past an account without the role, and fails at its end', async () => {
  await local.close();
  local = await startLocalServices({ spec: world([{ accountId: '777777777777', name: 'new' }]) });
  const result = await run('nightly-audit.yml');
  expect(result.conclusion).toBe('failure');
  expect(result.steps.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'failure']);
  expect(result.steps[0]?.annotations[0]?.title).toBe('1 of 2 accounts left out');
  expect(result.steps[1]?.stdout).toContain(shop);
});

test('each job of the matrix that the organization makes', async () => {
  const whole = parse(readFileSync(join(examples, 'organization-matrix.yml'), 'utf8')) as {
    jobs: { deploy: JobSpec & { needs: string } };
  } & WorkflowSpec;
  const { needs, ...deploy } = whole.jobs.deploy;
  expect(needs).toBe('accounts');
  const result = await local.run({
    workflow: { ...whole, jobs: { deploy } },
    matrix: { account: { profile: 'shop', 'account-id': shopAccount } },
    machineEnv: { PATH: path },
  });
  expect(result.conclusion).toBe('success');
  expect(result.steps.at(-1)?.stdout).toContain(shop);
});

test('what examples hand on', async () => {
  const found = await run('organization-matrix.yml', { job: 'accounts' });
  expect(JSON.parse(found.outputs['accounts'] ?? '')).toEqual([
    expect.objectContaining({ profile: 'shop', 'account-id': shopAccount }),
  ]);
  const many = await run('many-customers.yml', { job: 'survey' });
  expect(JSON.parse(many.outputs['accounts'] ?? '')).toEqual([
    expect.objectContaining({ profile: 'acme', 'assumed-role-arn': customer }),
  ]);
  const outputs = await run('outputs.yml');
  expect(outputs.outputs).toEqual({ 'account-id': '111111111111' });
  expect(outputs.steps.at(-1)?.summary).toContain(`${own} in 111111111111, from oidc, until 20`);
  const tagged = await run('session-tags.yml');
  expect(tagged.conclusion).toBe('success');
  const last = local.aws.requests.filter(({ action }) => action === 'AssumeRole').at(-1)?.params ?? {};
  expect(last).toMatchObject({ SourceIdentity: 'fred', 'TransitiveTagKeys.member.1': 'Project' });
  expect(Object.values(last)).toEqual(
    expect.arrayContaining(['Project', 'shop', 'CostCenter', 'Repository']),
  );
});
