import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../local/aws/spec.ts';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  defaultAccounts,
  user,
  type LocalServices,
  type LocalServicesOptions,
} from '../../local/services.ts';
import { chain, assume, leftNothing, postOf, shown, stepOf, withoutIdToken, workflow } from '../workflows.ts';
import type { StepResult } from '../../local/runner/result.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const keys = { 'access-key-id': '${{ secrets.KEY_ID }}', 'secret-access-key': '${{ secrets.KEY }}' };
const secrets = { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey };

/** Runs a step that must fail and leave nothing; gives it. */
async function failing(
  inputs: Record<string, string>,
  more: Partial<Parameters<LocalServices['run']>[0]> = {},
): Promise<StepResult> {
  const result = await local.run({ workflow: workflow(assume(inputs)), secrets, ...more });
  const step = stepOf(result);
  expect(step.outcome).toBe('failure');
  expect(leftNothing(step)).toBe(true);
  expect(result.leaks).toEqual([]);
  expect(step.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(postOf(result).annotations).toEqual([]);
  expect(step.stderr).toBe('');
  return step;
}

/** The JSON documents that have lines of a log to themselves. */
function pasted(step: StepResult): PolicyDocument[] {
  const documents: string[] = [];
  let open: string[] | undefined;
  for (const line of step.lines) {
    if (line === '{') open = [];
    open?.push(line);
    if (line === '}' && open) {
      documents.push(open.join('\n'));
      open = undefined;
    }
  }
  return documents.map((document) => JSON.parse(document) as PolicyDocument);
}

async function reopen(options: LocalServicesOptions): Promise<void> {
  await local.close();
  local = await startLocalServices(options);
}

const errorOf = (step: StepResult): string =>
  step.annotations.find(({ level }) => level === 'error')?.message ?? '';
const titleOf = (step: StepResult): string | undefined =>
  step.annotations.find(({ level }) => level === 'error')?.title;
const once = (): number => local.aws.requests.length;

describe('the web identity is refused', () => {
  test('the token is shown, and a trust policy that admits exactly this caller', async () => {
    local.github.claims['sub'] = 'repo:acme/other:ref:refs/heads/main';
    const step = await failing(chain);
    expect(once()).toBe(1);
    expect(titleOf(step)).toBe('Token not trusted by role');
    expect(errorOf(step)).toMatch(
      /AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity \(request id [0-9a-f-]{36}\)/,
    );
    expect(step.lines).toContain('  sub               repo:acme/other:ref:refs/heads/main');
    expect(step.lines).toContain('  aud               sts.amazonaws.com');
    expect(step.lines).toContain('  iss               https://token.actions.githubusercontent.com');
    const [policy] = pasted(step);
    const [hub] = defaultAccounts();
    await reopen({
      spec: {
        accounts: [
          {
            ...hub,
            id: '111111111111',
            roles: [{ name: 'deployment-hub', trustPolicy: policy ?? { Statement: [] } }],
          },
        ],
      },
    });
    local.github.claims['sub'] = 'repo:acme/other:ref:refs/heads/main';
    const mended = await local.run({ workflow: workflow(assume({ 'role-arn': hubRole })) });
    expect(mended.conclusion).toBe('success');
    local.github.claims['sub'] = 'repo:acme/other:ref:refs/heads/dev';
    await failing({ 'role-arn': hubRole });
  });

  test('an immutable subject is named as such', async () => {
    await reopen({ github: { immutableSubject: true } });
    const step = await failing(chain);
    expect(shown(step)).toContain('repo:acme@1001/shop@2002:ref:refs/heads/main');
    expect(shown(step)).toContain('the subject has the immutable form');
  });

  test('no provider in the account', async () => {
    const step = await failing({ 'role-arn': 'arn:aws:iam::222222222222:role/deploy/customer-deployment' });
    expect(titleOf(step)).toBe('No OIDC identity provider');
    expect(step.lines).toContain(
      'aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com',
    );
  });

  test('wrong audience', async () => {
    const step = await failing({ ...chain, audience: 'my-audience' });
    expect(titleOf(step)).toBe('Incorrect token audience');
    expect(shown(step)).toContain('--client-id my-audience');
  });

  test('a token that has expired', async () => {
    const token = await local.github.mint({ lifetimeSeconds: -5 });
    const write = { name: 'write', run: 'printf %s "$TOKEN" > t.jwt', env: { TOKEN: token } };
    const result = await local.run({
      workflow: withoutIdToken(write, assume({ ...chain, 'web-identity-token-file': 't.jwt' })),
    });
    expect(titleOf(stepOf(result, 1))).toBe('Token expired');
  });

  test('a token signed with another key', async () => {
    const token = await local.github.mint({ wrongKey: true });
    const write = { name: 'write', run: 'printf %s "$TOKEN" > t.jwt', env: { TOKEN: token } };
    const result = await local.run({
      workflow: withoutIdToken(write, assume({ ...chain, 'web-identity-token-file': 't.jwt' })),
    });
    expect(titleOf(stepOf(result, 1))).toBe('Token not valid');
  });

  test.each([
    ['slow', 'Issuer keys not retrieved', /IDPCommunicationError: .*, after 2 attempts/],
    ['rejects-claim', 'Token not valid', /IDPRejectedClaim: /],
    ['other-certificate', 'Outdated provider thumbprint', /doesn't match configured thumbprint/],
  ] as const)('an issuer that AWS has a problem with: %s', async (issuerProblem, title, words) => {
    await reopen({ issuerProblem });
    const step = await failing({ ...chain, 'max-attempts': '2' });
    expect(titleOf(step)).toBe(title);
    expect(errorOf(step)).toMatch(words);
  });

  test.each([
    ['is not there', `${hubRole}-2`],
    ['has a name in other case', hubRole.replace('d', 'D')],
  ])('a role that %s', async (_, roleArn) => {
    const step = await failing({ ...chain, 'role-arn': roleArn, 'external-id': 'none' });
    expect(titleOf(step)).toBe('Token not trusted by role');
    expect(errorOf(step).split('\n')[0]).toContain('or there is no such role');
  });

  test('a GitHub Enterprise Server with keys that AWS cannot fetch', async () => {
    const issuer = 'https://ghes.example.com/_services/token';
    const [hub] = defaultAccounts();
    const oidcProviders = [{ url: issuer, clientIds: ['sts.amazonaws.com'] }];
    await reopen({
      github: { issuer: 'https://other.example.com' },
      spec: { accounts: [{ ...hub, id: '111111111111', oidcProviders }] },
    });
    local.github.claims['iss'] = issuer;
    const token = await local.github.mint({ claims: { iss: issuer } });
    const write = { name: 'write', run: 'printf %s "$TOKEN" > t.jwt', env: { TOKEN: token } };
    const inputs = { 'role-arn': hubRole, 'web-identity-token-file': 't.jwt', 'max-attempts': '2' };
    const result = await local.run({ workflow: withoutIdToken(write, assume(inputs)) });
    expect(titleOf(stepOf(result, 1))).toBe('Issuer keys not retrieved');
    expect(local.aws.requests).toHaveLength(2);
  });
});

describe('a hop is refused', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a missing external id', { ...chain, 'external-id': 'none' }, 'the external id: none was sent'],
    [
      'a wrong external id',
      { ...chain, 'external-id': 'wrong' },
      'the external id: compare the input external-id',
    ],
    [
      'a role that is not there',
      { ...chain, 'role-arn': `${hubRole}\n${customerRole}X` },
      'AWS gives the same answer for a role that does not exist',
    ],
    [
      'a name in other case',
      { ...chain, 'role-arn': `${hubRole}\n${customerRole.replace('customer-d', 'Customer-D')}` },
      'in this upper and lower case?',
    ],
  ])('%s', async (_, inputs, words) => {
    const step = await failing(inputs);
    expect(once()).toBe(2);
    expect(titleOf(step)).toBe('AssumeRole access denied');
    expect(errorOf(step)).toContain(
      'Hop 2 of 2: arn:aws:sts::111111111111:assumed-role/deployment-hub/acme.shop@42 may not assume',
    );
    expect(shown(step)).toContain(words);
    const [trust, permission] = pasted(step) as unknown as [
      { Principal: object },
      { Statement: [{ Resource: string }] },
    ];
    expect(trust.Principal).toEqual({ AWS: hubRole });
    expect(permission.Statement[0].Resource).toBe(inputs['role-arn']?.split('\n')[1]);
  });

  test("an external id's value is never shown", async () => {
    const step = await failing(
      { ...chain, 'external-id': '${{ secrets.ID }}' },
      { secrets: { ID: 'quite-secret-id' } },
    );
    expect(step.stdout).not.toContain('quite-secret-id');
  });

  test.each([
    ['sts:TagSession', { 'session-tags': 'a=b' }],
    ['sts:SetSourceIdentity', { 'source-identity': 'fred' }],
  ])('%s is missing in the trust policy', async (action, more) => {
    const [hub, customer] = defaultAccounts();
    const statements = (customer?.roles?.[0]?.trustPolicy.Statement ?? []) as readonly object[];
    const trustPolicy = { Version: '2012-10-17', Statement: statements.slice(0, 1) } as PolicyDocument;
    const roles = [{ name: 'customer-deployment', path: '/deploy/', trustPolicy }];
    await reopen({ spec: { accounts: [...(hub ? [hub] : []), { id: '222222222222', roles }] } });
    const step = await failing({ ...chain, ...more });
    expect(titleOf(step)).toBe(`${action} is not allowed`);
    expect(pasted(step)).toEqual([
      expect.objectContaining({ Action: ['sts:AssumeRole', action] }),
      expect.objectContaining({
        Statement: [expect.objectContaining({ Action: ['sts:AssumeRole', action], Resource: customerRole })],
      }),
    ]);
  });

  test('longer than the role allows, and longer than a chain may be from a base that is a session', async () => {
    const step = await failing({ 'role-arn': hubRole, 'duration-seconds': '7201' });
    expect(errorOf(step)).toContain(
      'duration-seconds is 7201, more than the MaxSessionDuration of role deployment-hub',
    );
    expect(step.lines).toContain(
      'aws iam update-role --role-name deployment-hub --max-session-duration 7201',
    );
    const result = await local.run({
      workflow: workflow(
        assume({ 'role-arn': hubRole }),
        assume({
          'role-arn': customerRole,
          'external-id': externalId,
          'credential-source': 'ambient',
          'duration-seconds': '3601',
        }),
      ),
    });
    expect(titleOf(stepOf(result, 1))).toBe('Role chaining one-hour limit');
    expect(shown(stepOf(result, 1))).toContain(
      "The base credentials (ambient) are a role's session, so this role is chained",
    );
  });
});

describe('the base credentials are refused', () => {
  test.each<[string, Record<string, string>, string, string]>([
    [
      'a wrong secret',
      { KEY: 'x'.repeat(40) },
      'Wrong secret access key',
      'secret-access-key does not belong to access-key-id',
    ],
    [
      'an unknown key',
      { KEY_ID: 'AKIAUNKNOWNUNKNOWN00' },
      'Invalid access key',
      'AWS does not recognize access-key-id',
    ],
  ])('%s', async (_, changed, title, words) => {
    const step = await failing({ ...chain, ...keys }, { secrets: { ...secrets, ...changed } });
    expect(once()).toBe(1);
    expect(titleOf(step)).toBe(title);
    expect(errorOf(step)).toContain(words);
  });

  test('a key that was deactivated', async () => {
    const [hub] = defaultAccounts();
    await reopen({
      spec: { accounts: [{ ...hub, id: '111111111111', users: [{ ...user, disabled: true }] }] },
    });
    const step = await failing({ ...chain, ...keys });
    expect(titleOf(step)).toBe('Invalid access key');
    expect(errorOf(step).split('\n')[0]).toContain('use an active key');
  });

  test("a session token of STS's global endpoint, in a region that must be enabled", async () => {
    await reopen({ version1Tokens: true });
    const inputs = { 'role-arn': customerRole, 'external-id': externalId, 'credential-source': 'ambient' };
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole }), assume({ ...inputs, region: 'ap-east-1' })),
    });
    expect(titleOf(stepOf(result, 1))).toBe('Invalid access key');
    expect(errorOf(stepOf(result, 1))).toContain(
      "a session token of STS's global endpoint is not valid there",
    );
  });

  test('a base session that has expired', async () => {
    await reopen({ sessionSeconds: 3 });
    const wait = { name: 'wait', run: 'sleep 3' };
    const inputs = { 'role-arn': customerRole, 'external-id': externalId, 'credential-source': 'ambient' };
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole }), wait, assume(inputs)),
    });
    expect(titleOf(stepOf(result, 2))).toBe('Credentials expired');
  });

  test('a root user', async () => {
    const [hub, customer] = defaultAccounts();
    await reopen({
      spec: {
        accounts: [
          { ...hub, id: '111111111111', users: [{ ...user, root: true }] },
          ...(customer ? [customer] : []),
        ],
      },
    });
    const step = await failing({ ...chain, ...keys });
    expect(titleOf(step)).toBe('Root user cannot assume roles');
  });

  test('a wrong MFA code', async () => {
    const mfa = { 'mfa-serial-number': 'arn:aws:iam::111111111111:mfa/ci', 'mfa-token-code': '000000' };
    const step = await failing({ ...chain, ...keys, ...mfa });
    expect(titleOf(step)).toBe('MFA code refused');
    expect(step.stdout).not.toContain('000000');
  });

  test('none at all: the permission to add', async () => {
    const step = await failing(chain, { workflow: withoutIdToken(assume(chain)) });
    expect(titleOf(step)).toBe('Missing id-token permission');
    expect(step.lines).toContain('  id-token: write');
  });

  test('none at all in a pull request from a fork: that it gets none', async () => {
    const event = { pull_request: { head: { repo: { full_name: 'mallory/shop' } } } };
    const step = await failing(chain, { workflow: withoutIdToken(assume(chain)), event });
    expect(shown(step)).toContain('A pull request from a fork gets no');
    expect(shown(step)).not.toContain('id-token: write\n');
  });
});

describe('what was sent is refused', () => {
  test('STS off in the region', async () => {
    const [hub, customer] = defaultAccounts();
    await reopen({
      spec: {
        accounts: [
          ...(hub ? [hub] : []),
          { ...customer, id: '222222222222', stsDisabledRegions: ['us-east-1'] },
        ],
      },
    });
    const step = await failing(chain);
    expect(titleOf(step)).toBe('STS disabled in region');
  });

  test('policies that are too big', async () => {
    const arns = Array.from(
      { length: 10 },
      (_, index) => `arn:aws:iam::222222222222:policy/${String(index)}${'x'.repeat(180)}`,
    ).join('\n');
    const step = await failing({ ...chain, 'session-policy-arns': arns });
    expect(titleOf(step)).toBe('Packed policy too large');
    expect(errorOf(step)).toMatch(/\(\d+% of the limit\)/);
  });

  test('a tag that the base session has already', async () => {
    const first = assume({
      'role-arn': hubRole,
      ...keys,
      'session-tags': 'Project=a',
      'transitive-tag-keys': 'Project',
    });
    const second = assume({
      'role-arn': customerRole,
      'external-id': externalId,
      'credential-source': 'ambient',
      'session-tags': 'project=b',
    });
    const result = await local.run({ workflow: workflow(first, second), secrets });
    expect(titleOf(stepOf(result, 1))).toBe('Session tag already inherited');
  });

  test('an unknown failure: its code and message, and no guess', async () => {
    local.aws.injectFault({ kind: 'error', status: 400, code: 'BrandNewError', message: 'Never heard of.' });
    const step = await failing(chain);
    expect(errorOf(step)).toContain('BrandNewError: Never heard of. (request id');
    expect(once()).toBe(1);
  });
});

test('a message of STS cannot give the runner commands', async () => {
  const message = 'bad\n::set-env name=PATH::/evil\n##[add-path]/evil\r\n::add-mask::a';
  local.aws.injectFault({ kind: 'error', status: 400, code: 'BrandNewError', message });
  const step = await failing(chain);
  expect(step.stdout.split('\n').filter((line) => /^\s*::(set-env|add-mask::a$)|##\[/.test(line))).toEqual(
    [],
  );
});

test("an answer that is not STS's is said to be that, at once", async () => {
  local.aws.injectFault({ kind: 'html', status: 200, times: Infinity });
  const step = await failing(chain);
  expect(titleOf(step)).toMatch(/Unexpected response/);
  expect(once()).toBe(1);
});

test('no stack trace, unless the runner debugs', async () => {
  const inputs = { ...chain, 'external-id': 'wrong' };
  expect(shown(await failing(inputs))).not.toMatch(/^\s+at /m);
  expect(shown(await failing(inputs, { debug: true }))).toMatch(/^\s+at /m);
});

test('the summary says the same, unless it is never to be written', async () => {
  const inputs = { ...chain, 'external-id': 'wrong' };
  const step = await failing(inputs);
  expect(step.summary).toContain('### AssumeRole access denied');
  expect(step.summary).toContain('```json');
  expect((await failing({ ...inputs, 'job-summary': 'never' })).summary).toBe('');
  const good = await local.run({ workflow: workflow(assume({ ...chain, 'job-summary': 'always' })) });
  expect(stepOf(good).summary).toContain('base(["GitHub\'s<br/>OIDC token"])');
  expect(stepOf(good).summary).toContain(
    '| 2 | <code>222222222222</code> | <code>customer-deployment</code> |',
  );
  expect(good.leaks).toEqual([]);
});
