import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { deployed, deployedStackSet } from '../../local/aws/cloudformation.ts';
import type { AccountSpec, OrganizationSpec } from '../../local/aws/spec.ts';
import type { GitHubFacts } from '../../local/github/claims.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { startLocalServices } from '../../local/services.ts';
import { has, where } from '../installed.ts';
import { assume, stepOf, workflow } from '../workflows.ts';

/** The templates admit whom they should, and nobody else: the roles here are made of the files that users deploy. */

const hubAccount = '111111111111';
const customerAccount = '222222222222';
const hub = `arn:aws:iam::${hubAccount}:role/deployment-hub`;
const customer = `arn:aws:iam::${customerAccount}:role/deploy/customer-deployment`;
const externalId = 'acme-7f3a';

async function run(
  accounts: readonly AccountSpec[],
  github: GitHubFacts,
  inputs: Record<string, string>,
): Promise<RunResult> {
  const local = await startLocalServices({ github, spec: { accounts } });
  try {
    const result = await local.run({ workflow: workflow(assume({ region: 'us-east-1', ...inputs })) });
    result.cleanUp();
    return result;
  } finally {
    await local.close();
  }
}
const titleOf = (result: RunResult): string => stepOf(result).annotations[0]?.title ?? result.conclusion;
const refused = 'Token not trusted by role';

describe.each([
  ['hub', 'deployment-hub'],
  ['direct', 'github-deploy'],
])('%s.yaml', (name, role) => {
  const classic = 'repo:acme/shop:environment:production';
  const enterBy = async (Subjects: string, github: GitHubFacts): Promise<string> => {
    const account = deployed(name, { Subjects }, { id: hubAccount });
    return titleOf(await run([account], github, { 'role-arn': `arn:aws:iam::${hubAccount}:role/${role}` }));
  };

  test.each<[string, string, GitHubFacts, string]>([
    ['the environment', classic, { environment: 'production' }, 'success'],
    ['another environment', classic, { environment: 'staging' }, refused],
    ['no environment', classic, {}, refused],
    ['another repository', classic, { repository: 'acme/other', environment: 'production' }, refused],
    ['one that looks like it', classic, { repository: 'acme/shop-evil', environment: 'production' }, refused],
    ['another owner', classic, { repository: 'acme-evil/shop', environment: 'production' }, refused],
    ['the branch', 'repo:acme/shop:ref:refs/heads/main', {}, 'success'],
    ['another branch', 'repo:acme/shop:ref:refs/heads/main', { ref: 'refs/heads/x' }, refused],
    ['a pull request', 'repo:acme/shop:ref:refs/heads/main', { eventName: 'pull_request' }, refused],
    [
      'the second of two',
      `${classic},repo:acme/tools:ref:refs/heads/main`,
      { repository: 'acme/tools' },
      'success',
    ],
    ['ids', 'repo:acme@1001/shop@2002:ref:refs/heads/main', { immutableSubject: true }, 'success'],
    [
      'ids, where the policy has none',
      'repo:acme/shop:ref:refs/heads/main',
      { immutableSubject: true },
      refused,
    ],
  ])('%s', async (_, subjects, github, outcome) => {
    expect(await enterBy(subjects, github)).toBe(outcome);
  });

  test.each(['repo:acme/*:ref:refs/heads/main', 'repo:*', 'acme/shop', 'repo:acme/shop'])(
    'a subject cannot be %s',
    (Subjects) => {
      expect(() => deployed(name, { Subjects }, { id: hubAccount })).toThrow(
        'The parameter Subjects cannot be',
      );
    },
  );
});

describe('customer.yaml', () => {
  const own = { HubAccountId: hubAccount, ExternalId: externalId };
  const through = async (
    parameters: Record<string, string>,
    inputs: Record<string, string>,
    hubParameters: Record<string, string> = {},
  ): Promise<string> => {
    const subjects = { Subjects: 'repo:acme/shop:ref:refs/heads/main', ...hubParameters };
    const accounts = [
      deployed('hub', subjects, { id: hubAccount }),
      deployed('customer', { ...own, ...parameters }, { id: customerAccount }),
    ];
    const arns = {
      'role-arn': `arn:aws:iam::${hubAccount}:role/${hubParameters['RoleName'] ?? 'deployment-hub'}\n${customer}`,
    };
    return titleOf(await run(accounts, {}, { ...arns, ...inputs }));
  };

  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['the external id', {}, { 'external-id': externalId }, 'success'],
    ['another', {}, { 'external-id': 'globex-1' }, 'AssumeRole access denied'],
    ['none', {}, {}, 'AssumeRole access denied'],
    [
      'tags and a source identity',
      {},
      { 'external-id': externalId, 'workflow-tags': 'true', 'source-identity': 'fred' },
      'success',
    ],
    [
      'the tag that it asks for',
      { RequiredProjectTag: 'shop' },
      { 'external-id': externalId, 'session-tags': 'Project=shop' },
      'success',
    ],
    [
      'another value of it',
      { RequiredProjectTag: 'shop' },
      { 'external-id': externalId, 'session-tags': 'Project=x' },
      'AssumeRole access denied',
    ],
    ['without it', { RequiredProjectTag: 'shop' }, { 'external-id': externalId }, 'AssumeRole access denied'],
    [
      'a hub of another account',
      { HubAccountId: '999999999999' },
      { 'external-id': externalId },
      'AssumeRole access denied',
    ],
  ])('%s', async (_, parameters, inputs, outcome) => {
    expect(await through(parameters, inputs)).toBe(outcome);
  });

  test('another role of the hub account', async () => {
    expect(await through({}, { 'external-id': externalId }, { RoleName: 'other' })).toBe(
      'AssumeRole access denied',
    );
  });

  test('a role that the hub may not assume', async () => {
    const pattern = { CustomerRolePattern: 'elsewhere/*' };
    expect(await through({}, { 'external-id': externalId }, pattern)).toBe(
      'Missing from identity-based policy',
    );
  });

  test('not without the hub', async () => {
    const accounts = [
      deployed('direct', { Subjects: 'repo:acme/shop:ref:refs/heads/main' }, { id: customerAccount }),
    ];
    expect(titleOf(await run(accounts, {}, { 'role-arn': hub }))).not.toBe('success');
  });
});

describe('organization.yaml, and the permission of hub.yaml to list the organization', () => {
  const [shop, other, outside] = ['333333333333', '444444444444', '555555555555'] as const;
  const unit = 'ou-abcd-11111111';
  const organization: OrganizationSpec = {
    ...{ id: 'o-abcdefghij', managementAccountId: hubAccount, rootId: 'r-abcd' },
    units: [{ id: unit, name: 'customers', parentId: 'r-abcd' }],
    members: [
      { accountId: hubAccount, name: 'management' },
      { accountId: shop, name: 'shop', parentId: unit },
      { accountId: other, name: 'other' },
    ],
  };
  const through = async (
    ReadsOrganization: string,
    inputs: Record<string, string>,
    more: Partial<OrganizationSpec> = {},
  ): Promise<string> => {
    const hubParameters = { Subjects: 'repo:acme/shop:ref:refs/heads/main', ReadsOrganization };
    const accounts = [
      deployed('hub', hubParameters, { id: hubAccount }),
      { id: shop },
      { id: other },
      { id: outside },
    ];
    const ids = { HubAccountId: hubAccount, OrganizationId: 'o-abcdefghij', OrganizationalUnitIds: unit };
    const spec = deployedStackSet('organization', ids, { accounts, organization });
    const local = await startLocalServices({ spec: { ...spec, organization: { ...organization, ...more } } });
    try {
      const step = assume({
        'role-arn': hub,
        region: 'us-east-1',
        'account-role': 'deploy/customer-deployment',
        ...inputs,
      });
      const result = await local.run({ workflow: workflow(step) });
      result.cleanUp();
      return titleOf(result);
    } finally {
      await local.close();
    }
  };

  test.each<[string, string, Record<string, string>, string]>([
    ['the accounts of the unit', 'true', { organization: `under: ${unit}` }, 'success'],
    ['an account outside of the unit', 'true', { accounts: `a: ${other}` }, '1 of 1 accounts failed'],
    [
      'without the permission',
      'false',
      { organization: `under: ${unit}` },
      'Missing from identity-based policy',
    ],
    ['without the permission, by id', 'false', { accounts: `a: ${shop}` }, 'success'],
  ])('%s', async (_, reads, inputs, outcome) => {
    expect(await through(reads, inputs)).toBe(outcome);
  });

  test('a hub that left the organization', async () => {
    const members = organization.members.filter(({ accountId }) => accountId !== hubAccount);
    expect(await through('true', { accounts: `a: ${shop}` }, { members, managementAccountId: shop })).toBe(
      '1 of 1 accounts failed',
    );
  });

  test('the role is the same in each place', () => {
    const folder = join(import.meta.dirname, '..', '..', 'templates');
    const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');
    const member = read('cloudformation', 'member.yaml');
    expect(read('terraform', 'organization', 'member.yaml')).toBe(member);
    const [, body = ''] = read('cloudformation', 'organization.yaml').split('TemplateBody: |\n');
    expect(body.replace(/^ {8}/gm, '')).toBe(member);
  });
});

const templates = join(import.meta.dirname, '..', '..', 'templates');
const cfnLint = where(has('cfn-lint', '--version'), 'cfn-lint');
const terraform = where(has('terraform', '--version'), 'Terraform');

cfnLint('cfn-lint takes every template', () => {
  const folder = join(templates, 'cloudformation');
  const files = readdirSync(folder).map((name) => join(folder, name));
  const { status, stdout } = spawnSync('cfn-lint', files, { encoding: 'utf8' });
  expect([stdout, status]).toEqual(['', 0]);
});

/** Without a provider, variables are all that can be planned. */
function planned(name: string, variables: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  try {
    copyFileSync(join(templates, 'terraform', name, 'variables.tf'), join(folder, 'variables.tf'));
    const words = Object.entries(variables).map(([key, value]) => `-var=${key}=${value}`);
    const { stderr, status } = spawnSync('terraform', ['plan', '-input=false', '-no-color', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    return status === 0 ? 'taken' : (/Invalid value for variable/.exec(stderr)?.[0] ?? stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

terraform('Terraform takes the variables that it should, and no others', () => {
  const hub = { subjects: '["repo:acme/shop:ref:refs/heads/main", "repo:acme@1/shop@2:environment:x"]' };
  const own = { hub_account_id: hubAccount, external_id: externalId };
  const units = { hub_account_id: hubAccount, organization_id: 'o-abcdefghij' };
  const invalid = 'Invalid value for variable';
  expect([
    planned('hub', hub),
    planned('hub', { subjects: '["repo:acme/*"]' }),
    planned('direct', { ...hub, max_session_seconds: '43200' }),
    planned('direct', { ...hub, max_session_seconds: '60' }),
    planned('customer', own),
    planned('customer', { ...own, external_id: 'x'.repeat(1224) }),
    planned('customer', { ...own, external_id: 'x'.repeat(1225) }),
    planned('customer', { ...own, external_id: 'a b' }),
    planned('customer', { ...own, hub_account_id: '1' }),
    planned('organization', { ...units, organizational_unit_ids: '["r-abcd", "ou-abcd-1a2b3c4d"]' }),
    planned('organization', { ...units, organizational_unit_ids: '[]' }),
    planned('organization', { ...units, organizational_unit_ids: '["222222222222"]' }),
  ]).toEqual([
    ...['taken', invalid, 'taken', invalid, 'taken', 'taken', invalid, invalid, invalid],
    ...['taken', invalid, invalid],
  ]);
});

terraform('Terraform files are as terraform fmt has them', () => {
  const { status, stdout } = spawnSync(
    'terraform',
    ['fmt', '-check', '-recursive', join(templates, 'terraform')],
    {
      encoding: 'utf8',
    },
  );
  expect([stdout, status]).toEqual(['', 0]);
});

/** In a copy, as it writes its own files beside those of the setup. */
function inSetup(
  name: string,
  ...commands: readonly (readonly string[])[]
): { status: number | null; printed: string } {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  try {
    cpSync(join(templates, 'terraform', name), folder, { recursive: true });
    const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
    const results = commands.map((words) =>
      spawnSync('terraform', words, { cwd: folder, env, encoding: 'utf8' }),
    );
    const printed = results.map(({ stdout, stderr }) => stdout + stderr).join('');
    return { status: results.find(({ status }) => status !== 0)?.status ?? 0, printed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const init = ['init', '-backend=false', '-input=false', '-no-color'];
const first = has('terraform', '--version') ? inSetup('direct', init) : { status: 1, printed: '' };

terraform(
  first.status === 0
    ? 'terraform validate accepts every setup'
    : 'terraform validate was not run: the AWS provider cannot be downloaded here',
  () => {
    if (first.status === 0)
      for (const name of readdirSync(join(templates, 'terraform')))
        expect([name, inSetup(name, init, ['validate', '-no-color'])]).toEqual([
          name,
          expect.objectContaining({ status: 0 }),
        ]);
    // It is the registry that is missing: the setup itself was read up to there.
    else
      expect(first.printed).toMatch(/Failed to query available provider packages|Failed to install provider/);
  },
);
