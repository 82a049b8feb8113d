import { afterEach, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../../local/aws/server.ts';
import type {
  AwsSpec,
  OrganizationPolicySpec,
  OrganizationSpec,
  PolicyDocument,
  RoleSpec,
  UserSpec,
} from '../../../../local/aws/spec.ts';
import { startLocalGitHub } from '../../../../local/github/issuer.ts';
import { admits, assume, deploy, far, fred, fredArn, hub, policy, roleArn } from '../accounts.ts';
import { ask, askUnsigned, keysIn } from '../signed-request.ts';

/** The sentences of the IAM User Guide, "Troubleshoot access denied error messages", each caused by a policy. */

const running: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.close())));
async function start(spec: AwsSpec, options?: LocalAwsOptions): Promise<LocalAws> {
  const aws = await startLocalAws(spec, options);
  running.push(aws);
  return aws;
}

const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] as const;
type Action = (typeof actions)[number];
/** A request that implies all three actions. */
const everything = assume({
  'Tags.member.1.Key': 'Team',
  'Tags.member.1.Value': 'blue',
  SourceIdentity: 'fred',
});
const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' } as const;
const denying = (action: string): PolicyDocument =>
  policy(allowAll, { ...allowAll, Effect: 'Deny', Action: action });
/** Allows all three but one. */
const lacking = (action: string): PolicyDocument =>
  policy({ ...allowAll, Action: actions.filter((one) => one !== action) });
const withPrincipal = ({ Statement, ...rest }: PolicyDocument): PolicyDocument => ({
  ...rest,
  Statement: [Statement].flat().map((one) => ({ ...one, Principal: '*' as const })),
});

const organization = (...policies: OrganizationPolicySpec[]): OrganizationSpec => ({
  id: 'o-exampleorg1',
  managementAccountId: '999999999999',
  rootId: 'r-abcd',
  units: [{ id: 'ou-abcd-11111111', name: 'customers', parentId: 'r-abcd' }],
  members: [
    { accountId: hub, name: 'hub' },
    { accountId: far, name: 'far', parentId: 'ou-abcd-11111111' },
  ],
  policies,
});
const scp = (document: PolicyDocument, targets = [hub]): OrganizationPolicySpec => ({
  ...{ id: 'p-12345678', type: 'service_control_policy', document, targets },
  replacesFullAccess: true,
});
const rcp = (document: PolicyDocument, targets = ['ou-abcd-11111111']): OrganizationPolicySpec => ({
  ...scp(withPrincipal(document), targets),
  type: 'resource_control_policy',
});
const policyArn = (type: string): string =>
  `arn:aws:organizations::999999999999:policy/o-exampleorg1/${type}/p-12345678`;

interface Setting {
  readonly user?: Partial<UserSpec>;
  readonly role?: Partial<RoleSpec>;
  readonly organization?: OrganizationSpec;
  readonly options?: LocalAwsOptions;
}
const specOf = ({ user, role, organization: org = organization() }: Setting): AwsSpec => ({
  organization: org,
  accounts: [
    { id: hub, users: [{ name: 'fred', ...fred, ...user }] },
    { id: far, roles: [{ ...deploy, ...role }] },
  ],
});
const answer = async (setting: Setting): Promise<readonly unknown[]> =>
  (await ask(await start(specOf(setting), setting.options), fred, everything)).error;

const trustOnly = (allowed: readonly string[], ...denied: string[]): Partial<RoleSpec> => ({
  trustPolicy: policy(
    { ...admits(hub), Action: allowed },
    ...denied.map((Action) => ({ ...admits(hub), Effect: 'Deny', Action })),
  ),
});
const others = (action: Action): string[] => actions.filter((one) => one !== action);

describe.each(actions)('%s is denied', (action) => {
  const message = (reason: string): unknown[] => [
    403,
    'AccessDenied',
    `User: ${fredArn} is not authorized to perform: ${action} on resource: ${roleArn} ${reason}`,
  ];

  test.each<[string, Setting]>([
    ['an identity-based policy', { user: { permissions: denying(action) } }],
    ['a permissions boundary', { user: { permissionsBoundary: denying(action) } }],
    [
      `a service control policy: ${policyArn('service_control_policy')}`,
      { organization: organization(scp(denying(action))) },
    ],
    [
      `a resource control policy: ${policyArn('resource_control_policy')}`,
      { organization: organization(rcp(denying(action))) },
    ],
    ['a VPC endpoint policy', { options: { vpcEndpointPolicy: withPrincipal(denying(action)) } }],
    ['the role trust policy', { role: trustOnly(actions, action) }],
    [
      'a resource-based policy',
      { role: trustOnly(actions, action), options: { trustPolicyName: 'resource-based policy' } },
    ],
  ])('with an explicit deny in %s', async (words, setting) => {
    expect(await answer(setting)).toEqual(message(`with an explicit deny in ${words}`));
  });

  test.each<[string, Setting]>([
    ['identity-based policy', { user: { permissions: lacking(action) } }],
    ['permissions boundary', { user: { permissionsBoundary: lacking(action) } }],
    ['service control policy', { organization: organization(scp(lacking(action))) }],
    ['resource control policy', { organization: organization(rcp(lacking(action))) }],
    ['VPC endpoint policy', { options: { vpcEndpointPolicy: withPrincipal(lacking(action)) } }],
    ['role trust policy', { role: trustOnly(others(action)) }],
    [
      'resource-based policy',
      { role: trustOnly(others(action)), options: { trustPolicyName: 'resource-based policy' } },
    ],
  ])('because no %s allows it', async (type, setting) => {
    expect(await answer(setting)).toEqual(message(`because no ${type} allows the ${action} action`));
  });

  test.each<[string, PolicyDocument]>([
    ['with an explicit deny in a session policy', denying(action)],
    [`because no session policy allows the ${action} action`, lacking(action)],
  ])('%s', async (words, document) => {
    const Policy = JSON.stringify(document);
    const next = { name: 'next', trustPolicy: policy(admits(far)) };
    const aws = await start({ accounts: [...specOf({}).accounts, { id: '333333333333', roles: [next] }] });
    const session = keysIn(await ask(aws, fred, assume({ Policy })));
    const RoleArn = 'arn:aws:iam::333333333333:role/next';
    const { error } = await ask(aws, session, { ...everything, RoleArn });
    expect(error[2]).toBe(
      `User: arn:aws:sts::${far}:assumed-role/deploy/visit is not authorized to perform: ${action} on resource: ${RoleArn} ${words}`,
    );
  });
});

test('nothing is denied where every type of policy allows', async () => {
  const all = policy(allowAll);
  const setting = {
    user: { permissions: all, permissionsBoundary: all },
    organization: organization(scp(all), rcp(all)),
    options: { vpcEndpointPolicy: withPrincipal(all) },
  };
  expect(await answer(setting)).toEqual([200, undefined, undefined]);
});

describe('which policy is named', () => {
  test('an explicit deny before an implicit one', async () => {
    const setting = {
      user: { permissions: lacking('sts:AssumeRole'), permissionsBoundary: denying('sts:AssumeRole') },
    };
    expect((await answer(setting))[2]).toMatch(/with an explicit deny in a permissions boundary$/);
  });

  test("the caller's side before the role's", async () => {
    const setting = { user: { permissions: lacking('sts:AssumeRole') }, role: trustOnly([]) };
    const wrongTrust = { trustPolicy: policy(admits('333333333333')) };
    expect((await answer({ ...setting, role: wrongTrust }))[2]).toMatch(
      /because no identity-based policy allows/,
    );
  });

  test.each<[string, OrganizationSpec | undefined]>([
    ['in no organization', undefined],
    ['in another organization', { ...organization(), members: [{ accountId: hub, name: 'hub' }] }],
  ])("the role's side is not shown to a caller %s", async (_, org) => {
    const { organization: none, ...spec } = specOf({ role: { trustPolicy: policy(admits('333333333333')) } });
    expect(none).toBeDefined();
    const aws = await start(org === undefined ? spec : { ...spec, organization: org });
    expect((await ask(aws, fred, everything)).error[2]).toBe(
      `User: ${fredArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  });
});

describe('policies of an organization', () => {
  test.each([
    ['the account', far],
    ['its unit', 'ou-abcd-11111111'],
    ['the root', 'r-abcd'],
  ])('apply through %s', async (_, target) => {
    const setting = { organization: organization(rcp(denying('sts:AssumeRole'), [target])) };
    expect((await answer(setting))[2]).toMatch(/resource control policy/);
  });

  test('do not restrict the management account', async () => {
    const management = { ...organization(scp(denying('*'))), managementAccountId: hub };
    expect(await answer({ organization: management })).toEqual([200, undefined, undefined]);
  });

  test('see the organization of the caller', async () => {
    const foreign = policy(allowAll, {
      ...allowAll,
      Effect: 'Deny',
      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
    });
    expect((await answer({ organization: organization(rcp(foreign)) }))[0]).toBe(200);
    const outside = {
      ...organization(rcp(foreign)),
      members: [{ accountId: far, name: 'far', parentId: 'ou-abcd-11111111' }],
    };
    expect((await answer({ organization: outside }))[2]).toBe(
      `User: ${fredArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  });

  test.each([
    [{ ...organization(), id: 'o-1' }, 'Not the id of an organization'],
    [{ ...organization(), rootId: 'root' }, 'Not the id of a root'],
    [organization(scp(withPrincipal(policy(allowAll)))), 'A permissions policy has Principal'],
  ])('are checked: %#', async (org, words) => {
    await expect(startLocalAws({ accounts: [], organization: org })).rejects.toThrow(words);
  });
});

describe('sts:AssumeRoleWithWebIdentity', () => {
  const web = 'sts:AssumeRoleWithWebIdentity';
  const respond = async (setting: Setting): Promise<readonly unknown[]> => {
    const github = await startLocalGitHub();
    running.push(github);
    const provider = `arn:aws:iam::${far}:oidc-provider/token.actions.githubusercontent.com`;
    const trustPolicy = policy({ Effect: 'Allow', Principal: { Federated: provider }, Action: web });
    const [first, second] = specOf({ ...setting, role: { trustPolicy, ...setting.role } }).accounts;
    const oidcProviders = [{ url: github.issuer, clientIds: ['sts.amazonaws.com'] }];
    const accounts = [first, { ...second, oidcProviders }] as AwsSpec['accounts'];
    const aws = await start(
      { accounts, organization: setting.organization ?? organization() },
      { ...setting.options, identityProviders: [{ issuer: github.issuer, jwks: github.jwks }] },
    );
    const { error } = await askUnsigned(aws, {
      ...assume({ Action: 'AssumeRoleWithWebIdentity' }),
      WebIdentityToken: await github.mint(),
    });
    return error;
  };
  const prefix = `User: anonymous is not authorized to perform: ${web} on resource: ${roleArn} `;

  test.each<[string, Setting]>([
    [
      `with an explicit deny in a resource control policy: ${policyArn('resource_control_policy')}`,
      { organization: organization(rcp(denying(web))) },
    ],
    [
      'with an explicit deny in a VPC endpoint policy',
      { options: { vpcEndpointPolicy: withPrincipal(denying(web)) } },
    ],
    [
      `because no resource control policy allows the ${web} action`,
      { organization: organization(rcp(lacking(web))) },
    ],
    [
      `because no VPC endpoint policy allows the ${web} action`,
      { options: { vpcEndpointPolicy: withPrincipal(lacking(web)) } },
    ],
  ])('is denied %s', async (words, setting) => {
    expect(await respond(setting)).toEqual([403, 'AccessDenied', prefix + words]);
  });

  test('by the trust policy: without a reason', async () => {
    expect(await respond({ role: trustOnly(actions) })).toEqual([
      403,
      'AccessDenied',
      `Not authorized to perform ${web}`,
    ]);
    expect(await respond({})).toEqual([200, undefined, undefined]);
  });
});

describe('tokens of version 1', () => {
  test.each([
    ['eu-south-1', 403],
    ['us-east-1', 200],
  ])('in %s: %d', async (region, status) => {
    const aws = await start(specOf({}), { version1Tokens: true });
    const session = keysIn(await ask(aws, fred, assume()));
    const { error } = await ask(aws, session, { Action: 'GetCallerIdentity' }, { region });
    expect(error[0]).toBe(status);
    if (status === 403)
      expect(error.slice(1)).toEqual([
        'InvalidClientTokenId',
        'The security token included in the request is invalid.',
      ]);
  });
});

test.each([
  ['eu-south-1', 403],
  ['eu-west-1', 200],
])("STS off in %s for the caller's account: %d", async (region, status) => {
  const spec = specOf({});
  const [first, ...rest] = spec.accounts;
  const accounts = [{ ...first, id: hub, stsDisabledRegions: [region] }, ...rest];
  const { error } = await ask(await start({ ...spec, accounts }), fred, assume(), { region });
  expect(error[0]).toBe(status);
});
