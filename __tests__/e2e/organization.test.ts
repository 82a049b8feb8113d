import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  AccountSpec,
  MemberSpec,
  OrganizationSpec,
  PolicyDocument,
  PolicyStatement,
} from '../../local/aws/spec.ts';
import {
  defaultAccounts,
  hubAccount,
  hubRole,
  startLocalServices,
  type LocalServices,
  type LocalServicesOptions,
  user,
} from '../../local/services.ts';
import type { RunResult } from '../../local/runner/result.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, forgetCached, leftNothing, postOf, shown, stepOf, workflow } from '../workflows.ts';

const idOf = (index: number): string => String(300_000_000_000 + index);
const [prod, nested, empty] = ['ou-abcd-11111111', 'ou-abcd-22222222', 'ou-abcd-33333333'] as const;
const trustPolicy = {
  Statement: { Effect: 'Allow', Principal: { AWS: hubRole }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
};

/** What the hub's role may do, beside assuming roles. */
const reading: PolicyStatement = {
  Effect: 'Allow',
  Action: [
    'organizations:ListRoots',
    'organizations:ListAccountsForParent',
    'organizations:ListOrganizationalUnitsForParent',
    'organizations:ListTagsForResource',
  ],
  Resource: '*',
};

/** The hub's account, which manages the organization, or not, and the accounts of its members. */
function accounts(
  members: readonly MemberSpec[],
  statement?: PolicyStatement,
  userMay?: PolicyStatement,
  trusts: PolicyDocument = trustPolicy,
): AccountSpec[] {
  const [hub] = defaultAccounts('acme/shop', 'deploy');
  if (!hub) throw new Error('there is a hub');
  const roles = (hub.roles ?? []).map((role) => ({
    ...role,
    permissions: {
      Version: '2012-10-17',
      Statement: [role.permissions?.Statement ?? [], statement ?? []].flat(),
    },
  }));
  const others = members
    .filter(({ accountId }) => accountId !== hubAccount)
    .map(({ accountId }): AccountSpec => ({
      id: accountId,
      roles: [{ name: 'deploy', trustPolicy: trusts }],
    }));
  const asks = { Effect: 'Allow', Action: 'sts:*', Resource: '*' };
  const users = userMay ? [{ ...user, permissions: { Statement: [asks, userMay] } }] : hub.users;
  return [{ ...hub, roles, ...(users && { users }) }, ...others];
}

/** Shop and pay are in a unit, api in one below it; pay is suspended. The other two have the same name. */
const usual: readonly MemberSpec[] = [
  { accountId: hubAccount, name: 'management' },
  { accountId: idOf(0), name: 'Shop (prod)', parentId: prod, tags: { Env: 'prod', Team: 'blue' } },
  { accountId: idOf(1), name: 'pay', parentId: prod, state: 'SUSPENDED', tags: { Env: 'prod' } },
  { accountId: idOf(2), name: 'api', parentId: nested, tags: { Env: 'prod' } },
  { accountId: idOf(3), name: 'sandbox', tags: { Env: 'dev' } },
  { accountId: idOf(4), name: 'sandbox', tags: { Env: 'dev' } },
  { accountId: idOf(5), name: 'new', parentId: prod, state: 'PENDING_ACTIVATION' },
];

interface World extends LocalServicesOptions {
  readonly members?: readonly MemberSpec[];
  readonly statement?: PolicyStatement | undefined;
  readonly organization?: Partial<OrganizationSpec> | 'none';
  /** What the hub's user may do, beside assuming roles. */
  readonly userMay?: PolicyStatement;
  /** The trust policy of the members' roles. */
  readonly trusts?: PolicyDocument;
}

function open({ members = usual, organization = {}, ...options }: World = {}): Promise<LocalServices> {
  const statement = 'statement' in options ? options.statement : reading;
  const units = [
    { id: prod, name: 'prod', parentId: 'r-abcd' },
    { id: nested, name: 'nested', parentId: prod },
    { id: empty, name: 'empty', parentId: 'r-abcd' },
  ];
  const whole: OrganizationSpec = {
    ...{ id: 'o-abcdefghij', managementAccountId: hubAccount, rootId: 'r-abcd', units, members },
    ...(organization === 'none' ? {} : organization),
  };
  return startLocalServices({
    ...options,
    spec: {
      accounts: accounts(members, statement, options.userMay, options.trusts),
      ...(organization === 'none' ? {} : { organization: whole }),
    },
  });
}

const every = (organization: string, more: Record<string, string> = {}): ReturnType<typeof assume> =>
  assume(
    { 'role-arn': hubRole, organization, 'account-role': 'deploy', region: 'eu-west-1', ...more },
    { id: 'aws' },
  );

let local: LocalServices;
const reopen = async (world: World): Promise<void> => {
  await local.close();
  local = await open(world);
};
beforeEach(async () => {
  local = await open();
});
afterEach(() => local.close());

const run = (...steps: readonly StepSpec[]): Promise<RunResult> =>
  local.run({ workflow: workflow(...steps) });
const profilesOf = (outputs: Readonly<Record<string, string>>): unknown[] =>
  (JSON.parse(outputs['accounts'] ?? '[]') as Record<string, string>[]).map((one) => [
    one['profile'],
    one['account-id'],
  ]);
const actions = (): string[] => local.aws.requests.map(({ action }) => action);
const count = (action: string): number => actions().filter((one) => one === action).length;

describe('the accounts of an organization', () => {
  test('below a unit are profiles, named by the accounts, and renew without the organization', async () => {
    const use = {
      name: 'use',
      run: `${forgetCached}; cmd=$(sed -n "/profile api\\]/,/region/s/^credential_process = //p" "$AWS_CONFIG_FILE"); sh -c "$cmd" | grep -o "AccountId.*[0-9]"; assume-role-chain each -- sh -c 'echo "$AWS_PROFILE"'`,
    };
    const result = await run(every(`under: ${prod}`), use);
    expect(result.conclusion).toBe('success');
    const step = stepOf(result);
    expect(profilesOf(step.outputs)).toEqual([
      ['Shop-prod', idOf(0)],
      ['api', idOf(2)],
    ]);
    expect(shown(step)).toContain(
      `Found 2 accounts in the organization (under ${prod}; left out: 2 not active).`,
    );
    expect(stepOf(result, 1).lines.join('\n')).toContain(`AccountId":"${idOf(2)}`);
    expect(stepOf(result, 1).lines).toEqual(expect.arrayContaining(['Shop-prod', 'api']));
    expect(shown(postOf(result))).toContain('Verified: the credentials of 2 profiles belong to their roles.');
    // Once for each unit, by the hub's role, which is assumed once in the step and once in each renewal.
    expect([count('ListRoots'), count('ListAccountsForParent'), count('ListTagsForResource')]).toEqual([
      0, 2, 0,
    ]);
    const asked = local.aws.requests.filter(({ service }) => service === 'organizations');
    expect(new Set(asked.map(({ region }) => region))).toEqual(new Set(['us-east-1']));
    expect(new Set(asked.map(({ callerArn }) => callerArn))).toEqual(
      new Set([`arn:aws:sts::${hubAccount}:assumed-role/deployment-hub/acme.shop@42`]),
    );
    expect(result.leaks).toEqual([]);
  });

  test('all of them, but for one; same names get the id', async () => {
    const result = await run(every(`except: ['${hubAccount}']`));
    expect(result.conclusion).toBe('success');
    expect(profilesOf(stepOf(result).outputs)).toEqual([
      ['Shop-prod', idOf(0)],
      ['api', idOf(2)],
      [`sandbox-${idOf(3)}`, idOf(3)],
      [`sandbox-${idOf(4)}`, idOf(4)],
    ]);
    expect(count('AssumeRoleWithWebIdentity')).toBe(1);
  });

  test('by tags, which are asked for once an account that is left', async () => {
    const result = await run(every(`tags: { Env: prod }\nexcept: ${hubAccount}`));
    expect(result.conclusion).toBe('success');
    expect(profilesOf(stepOf(result).outputs)).toEqual([
      ['Shop-prod', idOf(0)],
      ['api', idOf(2)],
    ]);
    expect(count('ListTagsForResource')).toBe(4);
  });

  test('more than 200, with pages, tags, and a limit that is reached early', async () => {
    const members = [
      { accountId: hubAccount, name: 'management' },
      ...Array.from({ length: 240 }, (_, index) => ({
        accountId: idOf(index),
        name: `customer ${String(index)}`,
        parentId: index % 2 === 0 ? prod : nested,
        tags: { Env: index < 220 ? 'prod' : 'dev' },
      })),
    ];
    await reopen({ members, organizationsPace: { perSecond: 60, burst: 40 } });
    const step = every(`under: [${prod}, ${nested}]\ntags: { Env: prod }`, { 'max-attempts': '10' });
    const result = await run(step);
    expect(stepOf(result).annotations).toEqual([]);
    expect(profilesOf(stepOf(result).outputs)).toHaveLength(220);
    expect(shown(stepOf(result))).toMatch(/^Trying again .*TooManyRequestsException/m);
    expect(result.leaks).toEqual([]);
  });

  test('a permission given moments ago is waited for', async () => {
    local.aws.injectFault({
      kind: 'error',
      status: 400,
      code: 'AccessDeniedException',
      message: "You don't have permissions to access this resource.",
      action: 'ListAccountsForParent',
      times: 2,
    });
    const result = await run(
      every(`under: ${nested}`, { 'propagation-wait-seconds': '50', 'max-attempts': '1' }),
    );
    expect(result.conclusion).toBe('success');
    expect(count('ListAccountsForParent')).toBe(3);
  });

  test('read without a chain, with keys, which then renew each profile by themselves', async () => {
    const admitsUser = {
      ...trustPolicy.Statement,
      Principal: { AWS: `arn:aws:iam::${hubAccount}:user/${user.name}` },
    };
    await reopen({ ...{ userMay: reading }, trusts: { Statement: admitsUser } });
    const keys = { 'access-key-id': '${{ secrets.KEY_ID }}', 'secret-access-key': '${{ secrets.KEY }}' };
    const result = await local.run({
      workflow: workflow(every(`under: ${nested}`, { 'role-arn': '', ...keys }), {
        name: 'use',
        run: `${forgetCached}; cmd=$(sed -n "/profile api\\]/,/region/s/^credential_process = //p" "$AWS_CONFIG_FILE"); sh -c "$cmd" | grep -o "AccountId.*[0-9]"`,
      }),
      secrets: { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey },
    });
    expect(stepOf(result).annotations).toEqual([]);
    expect(stepOf(result, 1).lines.join('\n')).toContain(`AccountId":"${idOf(2)}`);
    expect(actions().filter((one) => !one.startsWith('List'))).toEqual([
      'AssumeRole',
      'AssumeRole',
      'GetCallerIdentity',
    ]);
  });

  test('read by a delegated administrator', async () => {
    await reopen({
      organization: { managementAccountId: idOf(0), delegatedAdministrators: [hubAccount] },
    });
    const result = await run(every(`under: ${nested}`));
    expect(profilesOf(stepOf(result).outputs)).toEqual([['api', idOf(2)]]);
  });
});

describe('a step that fails', () => {
  const failed = async (organization: string, more?: Record<string, string>): Promise<string> => {
    const result = await run(every(organization, more));
    const step = stepOf(result);
    expect(leftNothing(step)).toBe(true);
    expect(step.annotations).toHaveLength(1);
    expect(result.leaks).toEqual([]);
    const [annotation] = step.annotations;
    return `${annotation?.title ?? ''}: ${annotation?.message ?? ''}`;
  };

  test('reports all that is wrong with the inputs before any request', async () => {
    expect(await failed('{}', { accounts: `a: ${hubRole}` })).toBe(
      'Invalid input: organization: cannot be combined with accounts: leave one out',
    );
    const text = await failed(`undr: ${prod}\nunder: [x, '${idOf(1)}']\nexcept: 12`, { 'account-role': '' });
    expect(text.split('\n').map((line) => line.replace(/^5 invalid inputs: /, ''))).toEqual([
      'account-role: is required if an account is given by its id: the name of the role in that account, with its path',
      'organization: line 1, column 1: "undr" is not a key of organization: did you mean under?',
      expect.stringMatching(
        /^organization: line 2, column 9: "x" of under is not the id of a root or of an org/,
      ),
      expect.stringMatching(
        /^organization: line 2, column 12: "300000000001" of under is not .* It is the id of an account$/,
      ),
      'organization: line 3, column 9: "12" of except is not an account id, which is 12 digits',
    ]);
    expect(local.aws.requests).toEqual([]);
  });

  test('where no account is left', async () => {
    expect(await failed(`under: ${empty}`)).toMatch(
      /^Invalid input: organization: matches no active account/,
    );
    expect(count('AssumeRole')).toBe(0);
  });

  test('where an account is not one of allowed-account-ids, before any is assumed', async () => {
    const text = await failed(`under: ${prod}`, { 'allowed-account-ids': idOf(0) });
    expect(text).toBe(
      `Invalid input: allowed-account-ids: does not contain ${idOf(2)} (api) of the organization: add them, or list them in except of organization`,
    );
    expect(count('AssumeRole')).toBe(0);
  });

  test('where the management account is among them, which stack sets leave out', async () => {
    const message = await failed('{}');
    expect(message).toContain(`if ${hubAccount} is the management account, list it in except`);
  });

  test('where the unit is unknown', async () => {
    const text = await failed('under: ou-abcd-99999999');
    expect(text).toMatch(/^Organizational unit not found: .*ou-abcd-99999999/);
  });

  test('where the role lacks the permission', async () => {
    await reopen({ statement: undefined });
    const text = await failed('{}');
    expect(text).toMatch(/^Missing from identity-based policy: .*organizations:ListRoots/);
    expect(text).toContain('"organizations:ListAccountsForParent"');
    expect(text).not.toContain('sts:AssumeRole"');
    expect(text).toContain('delegated administrator');
    expect(text).toContain(
      'aws iam put-role-policy --role-name deployment-hub --policy-name read-organization',
    );
  });

  test('where a service control policy denies it: no statement', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'organizations:*', Resource: '*' },
      ],
    };
    const type = 'service_control_policy';
    const policies = [{ ...({ id: 'p-12345678', type, document } as const), targets: [hubAccount] }];
    await reopen({
      organization: { managementAccountId: idOf(0), delegatedAdministrators: [hubAccount], policies },
    });
    const text = await failed('{}');
    expect(text).toMatch(/^Denied by service control policy: .* denies organizations:ListRoots to arn:/);
    expect(text).not.toContain('"Statement"');
  });

  test('where the account is not the management account', async () => {
    await reopen({ organization: { managementAccountId: idOf(0) } });
    const text = await failed('{}');
    expect(text).toMatch(/^Organizations access denied: /);
    expect(text).toContain('delegated administrator');
  });

  test('where there is no organization', async () => {
    await reopen({ organization: 'none' });
    expect(await failed('{}')).toMatch(/^Account not in an organization: /);
  });

  test('where it is throttled for too long', async () => {
    local.aws.injectFault({ kind: 'throttle', action: 'ListRoots', times: 9 });
    const text = await failed('{}', { 'max-attempts': '2' });
    expect(text).toMatch(/^Throttled: AWS Organizations .* throttled the request, 2 times in a row/);
  });

  test('where something else answers', async () => {
    local.aws.injectFault({ kind: 'html', status: 200, action: 'ListRoots', times: 9 });
    expect(await failed('{}', { 'max-attempts': '1' })).toMatch(/^Unexpected response: .*AWS Organizations/);
    local.aws.injectFault({
      ...{ kind: 'raw', status: 200, action: 'ListRoots', times: 9 },
      ...{ contentType: 'application/x-amz-json-1.1', body: '{"Roots":[{"Name":"Root"}]}' },
    });
    expect(await failed('{}', { 'max-attempts': '1' })).toMatch(/^Unexpected response: .*AWS Organizations/);
  });

  test('where a variable names a host that is not of AWS', async () => {
    const result = await local.run({
      workflow: workflow(every('{}')),
      machineEnv: { AWS_ENDPOINT_URL_ORGANIZATIONS: 'https://organizations.example.net' },
    });
    expect(stepOf(result).annotations[0]?.message).toMatch(
      /^AWS_ENDPOINT_URL_ORGANIZATIONS: "organizations.example.net" is not a host of AWS Organizations/,
    );
    expect(local.aws.requests).toEqual([]);
  });
});

test('account ids of the organization are masked from before the first line that could show them', async () => {
  const result = await run(
    every(`under: ${prod}`, { 'mask-account-id': 'true', 'allowed-account-ids': idOf(0) }),
  );
  expect(shown(stepOf(result))).not.toContain(idOf(2));
});

test('a warning for an id of except that is not there', async () => {
  const result = await run(every(`under: ${prod}\nexcept: ['999999999999', '${idOf(0)}']`));
  expect(result.conclusion).toBe('success');
  expect(stepOf(result).annotations).toEqual([
    {
      level: 'warning',
      title: undefined,
      message:
        'organization: 999999999999 of except is not one of the accounts that were listed. Correct or remove it.',
    },
  ]);
});
