import { describe, expect, test } from '@jest/globals';
import type { RoleArn } from '../../../src/aws/arn.ts';
import type { Plan } from '../../../src/aws/plan.ts';
import { explain } from '../../../src/failures/explain.ts';
import { policyKinds } from '../../../src/failures/denial.ts';
import type { Report } from '../../../src/failures/explanation.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { RequestFailure, type Answer, type Attempt } from '../../../src/sts/errors.ts';
import { customerArn, hopTo, hubArn, keys, planOf } from '../sts/plans.ts';

const oidc = planOf({ kind: 'oidc', audience: 'sts.amazonaws.com' });
const byKeys = planOf({ kind: 'access-key', credentials: keys });
const claims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme/shop:ref:refs/heads/main',
  actor_id: 7,
};

interface Case {
  readonly plan?: Plan;
  readonly index?: number;
  readonly code: string;
  readonly text?: string;
  readonly claims?: object;
  readonly answer?: Partial<Answer>;
  readonly callerArn?: string;
  readonly environment?: NodeJS.ProcessEnv;
}

function explained({
  plan = oidc,
  index = 1,
  code,
  text = 'text',
  claims: told = claims,
  answer = {},
  callerArn,
  environment = {},
}: Case) {
  const byToken = index === 1 && (plan.base.kind === 'oidc' || plan.base.kind === 'token-file');
  const attempt: Attempt = {
    operation: byToken ? 'AssumeRoleWithWebIdentity' : 'AssumeRole',
    hop: { index, of: plan.hops.length },
    roleArn: plan.hops[index - 1]?.role.text,
    callerArn: callerArn ?? (index > 1 ? 'arn:aws:sts::111111111111:assumed-role/hub/name' : undefined),
    ...(byToken ? { claims: told as Record<string, unknown> } : {}),
  };
  const whole: Answer = {
    code,
    text,
    requestId: 'r',
    status: 400,
    from: 'service',
    transient: false,
    throttled: false,
    clockCorrected: false,
    ...answer,
  };
  const found = explain(new RequestFailure(attempt, whole, 3), plan, { environment });
  return { ...found, all: wordsOf(found) };
}

/** Steps, what to paste and facts. */
function wordsOf({ steps, paste, facts }: Report): string {
  return [
    ...steps,
    ...paste.map((part) => (part.kind === 'text' ? part.text : part.code)),
    ...facts.map((fact) => fact.join(' = ')),
  ].join('\n');
}

const policies = ({ paste }: Report): unknown[] =>
  paste.flatMap((part) =>
    part.kind === 'code' && part.language === 'json' ? [JSON.parse(part.code) as unknown] : [],
  );

describe('a web identity', () => {
  const refused = { code: 'AccessDenied', text: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' };

  test('denied: the claims, the causes in their order, and the trust policy', () => {
    const found = explained(refused);
    expect(found.title).toBe('Token not trusted by role');
    expect(found.advice).toContain('repo:acme/shop:ref:refs/heads/main');
    expect(found.all).toContain(
      'iss = https://token.actions.githubusercontent.com\naud = sts.amazonaws.com\nsub = repo:acme/shop:ref:refs/heads/main\nactor_id = 7',
    );
    expect(found.all).not.toContain('immutable');
    expect(policies(found)).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: {
              Federated: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
            },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:acme/shop:ref:refs/heads/main',
              },
            },
          },
        ],
      },
    ]);
  });

  test('with an immutable subject, a list of audiences, and claims that are no text', () => {
    const found = explained({
      ...refused,
      claims: {
        iss: 'https://x.example.com',
        aud: ['one', 'two'],
        sub: 'repo:acme@1/shop@2:environment:prod',
        actor: { no: 'text' },
      },
    });
    expect(found.all).toContain('the subject has the immutable form');
    expect(JSON.stringify(policies(found))).toContain('"x.example.com:aud":"one"');
    expect(found.all).not.toContain('actor');
  });

  test.each([
    ['https://ghes.example.com/_services/token', 'GitHub Enterprise Server'],
    ['https://token.actions.acme.ghe.com', 'GHE.com'],
    ['https://token.actions.githubusercontent.com/acme', "the enterprise's name is part of this issuer"],
    ["https://odd'one.example.com", "'https://odd'\\''one.example.com'"],
  ])('the provider of %s', (iss, words) => {
    expect(
      explained({
        ...{ code: 'InvalidIdentityToken', text: 'No OpenIDConnect provider found' },
        claims: { ...claims, iss },
      }).all,
    ).toContain(words);
  });

  test.each<[object, string]>([
    [{}, 'has no iss claim'],
    [{ ...claims, iss: '' }, 'has no iss claim'],
    [{ ...claims, iss: { a: 1 } }, 'has no iss claim'],
    [{ ...claims, aud: [] }, 'has no aud claim'],
    [{ ...claims, sub: undefined }, 'has no sub claim'],
    [{ ...claims, iss: 5 }, 'has iss "5", and AWS requires an https URL'],
    [{ ...claims, iss: 'http://x.example' }, 'has iss "http://x.example", and AWS requires an https URL'],
    [{ ...claims, iss: 'https://' }, 'has iss "https://", and AWS requires an https URL'],
    [{ ...claims, iss: 'https://x.example\n::error::x' }, 'has iss "https://x.example ::error::x", and AWS'],
  ])('a token with the claims %j is the cause, whatever AWS says of it', (told, words) => {
    for (const one of [refused, { code: 'InvalidIdentityToken', text: 'No OpenIDConnect provider found' }]) {
      const found = explained({ ...one, claims: told });
      expect(found.title).toBe('Token not valid');
      expect(found.advice).toContain(`the job's OIDC token ${words}`);
      expect(found.all).not.toMatch(/provider for|trust policy/);
    }
    expect(explained({ code: 'IDPCommunicationError', claims: told }).title).toBe(
      'Issuer keys not retrieved',
    );
  });

  test('Google is an issuer without https', () => {
    const google = { ...claims, iss: 'accounts.google.com' };
    expect(explained({ ...refused, claims: google }).title).toBe('Token not trusted by role');
  });
});

const user = 'User: arn:aws:sts::111111111111:assumed-role/hub/name';
const deniedText = (more = '', action = 'sts:AssumeRole'): string =>
  `${user} is not authorized to perform: ${action} on resource: ${customerArn}${more}`;

describe('a denial', () => {
  const denied = { index: 2, code: 'AccessDenied', text: deniedText() } as const;

  test('without a reason: who, which role, what to check, and both statements', () => {
    const found = explained(denied);
    expect(found.title).toBe('AssumeRole access denied');
    expect(found.advice).toBe(
      'Hop 2 of 2: arn:aws:sts::111111111111:assumed-role/hub/name may not assume role customer of account 222222222222, and no external-id was sent: check the external id first.',
    );
    expect(policies(found)).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: hubArn },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'EXTERNAL-ID' } },
      },
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: customerArn }],
      },
    ]);
  });

  test.each(policyKinds)(
    'explicit, in a %s: no statement is printed, and nothing about external ids',
    (kind) => {
      const found = explained({ ...denied, text: deniedText(` with an explicit deny in a ${kind}`) });
      expect(found.title).toBe(`Denied by ${kind}`);
      expect(found.paste).toEqual([]);
      expect(found.advice).not.toContain('external');
      expect(found.all).toContain('does not help against an explicit deny');
    },
  );

  test.each(policyKinds)('implicit, in a %s: only the statement that can help', (kind) => {
    const found = explained({
      ...denied,
      text: deniedText(` because no ${kind} allows the sts:AssumeRole action`),
    });
    expect(found.title).toBe(`Missing from ${kind}`);
    const [statement, ...more] = policies(found) as { Principal?: unknown; Version?: string }[];
    expect(more).toEqual([]);
    if (kind === 'resource control policy') expect(statement).toBeUndefined();
    else expect(statement).toBeDefined();
    const isTrust = kind === 'role trust policy' || kind === 'resource-based policy';
    expect(statement?.Principal).toEqual(
      isTrust ? { AWS: hubArn } : kind === 'VPC endpoint policy' ? '*' : undefined,
    );
  });

  test('the policy that AWS names is the one to look at', () => {
    const scp = 'arn:aws:organizations::999999999999:policy/o-abc/service_control_policy/p-abc123';
    const found = explained({
      ...denied,
      text: deniedText(` with an explicit deny in a service control policy: ${scp}`),
    });
    expect(found.advice).toContain(scp);
    expect(found.all).toContain('aws organizations describe-policy --policy-id p-abc123');
    const own = explained({
      ...denied,
      text: deniedText(
        ' with an explicit deny in a permissions boundary: arn:aws:iam::111111111111:policy/limits',
      ),
    });
    expect(own.all).toContain('--policy-arn arn:aws:iam::111111111111:policy/limits');
  });

  test('an unknown kind of policy is no reason to guess', () => {
    const found = explained({
      ...denied,
      text: deniedText(' with an explicit deny in a declarative policy'),
    });
    expect(found.title).toBe('Denied by a policy');
    expect(found.paste).toEqual([]);
    const implicit = explained({
      ...denied,
      text: deniedText(' because no declarative policy allows the sts:AssumeRole action'),
    });
    expect(implicit.title).toBe('Denied by a policy');
    expect(implicit.advice).toMatch(
      / may not call sts:AssumeRole on .*: AWS's answer says which kind of policy must allow it\.$/,
    );
  });

  test('with an external id: that one was sent, never which', () => {
    const plan = planOf(oidc.base, [hopTo(hubArn), hopTo(customerArn, { externalId: 'very-private' })]);
    const { all, advice } = explained({ ...denied, plan });
    expect(advice).not.toContain('external-id');
    expect(all).toContain('compare the input external-id with sts:ExternalId');
    expect(all).toContain('"sts:ExternalId": "EXTERNAL-ID"');
    expect(all).not.toContain('very-private');
  });

  test('within an account no external id is asked for', () => {
    const inside = 'arn:aws:iam::111111111111:role/inside';
    const found = explained({ ...denied, plan: planOf(oidc.base, [hopTo(hubArn), hopTo(inside)]) });
    expect(found.all).not.toMatch(/external/i);
  });

  test('from keys: the caller as STS names it, a session as its role, or none at all', () => {
    const first = { plan: planOf(byKeys.base, [hopTo(hubArn)]), index: 1, code: 'AccessDenied' };
    const principal = (said: string): unknown => policies(explained({ ...first, text: said }))[0];
    expect(principal('User: arn:aws:iam::111111111111:user/a/ci is not authorized')).toMatchObject({
      Principal: { AWS: 'arn:aws:iam::111111111111:user/a/ci' },
    });
    const session = 'User: arn:aws:sts::111111111111:assumed-role/runner/i-1 is not authorized';
    expect(principal(session)).toMatchObject({ Principal: { AWS: 'arn:aws:iam::111111111111:role/runner' } });
    expect(explained({ ...first, text: session }).all).toContain(
      'AWS does not show the path of role runner of account 111111111111',
    );
    expect(principal('No.')).toMatchObject({ Principal: { AWS: 'CALLER-ARN' } });
    expect(explained({ ...first, text: 'No.' }).advice).toMatch(/^The user of access-key-id may not assume/);
  });

  test.each([
    ['sts:TagSession', hopTo(customerArn, { tags: [{ key: 'a', value: 'b' }] }), 'session tags were sent'],
    ['sts:SetSourceIdentity', hopTo(customerArn, { sourceIdentity: 'fred' }), 'a source identity was sent'],
  ])('%s missing', (action, hop, words) => {
    const plan = planOf(oidc.base, [hopTo(hubArn), hop]);
    const found = explained({ plan, index: 2, code: 'AccessDenied', text: deniedText('', action) });
    expect(found.title).toBe(`${action} is not allowed`);
    expect(found.advice).toContain(words);
    expect(policies(found)).toEqual([
      { Effect: 'Allow', Principal: { AWS: hubArn }, Action: ['sts:AssumeRole', action] },
      expect.objectContaining({
        Statement: [expect.objectContaining({ Action: ['sts:AssumeRole', action] })],
      }),
    ]);
    const byTrust = explained({
      plan,
      index: 2,
      code: 'AccessDenied',
      text: deniedText(` because no role trust policy allows the ${action} action`, action),
    });
    expect(byTrust.title).toBe('Missing from role trust policy');
    expect(byTrust.advice).toContain(`allows ${action} for`);
    expect(policies(byTrust)).toHaveLength(1);
  });

  test('tags and a source identity that are inherited are reported as that', () => {
    const first = hopTo(hubArn, {
      transitiveTagKeys: ['a'],
      tags: [{ key: 'a', value: 'b' }],
      sourceIdentity: 'fred',
    });
    const plan = planOf(byKeys.base, [first, hopTo(customerArn)]);
    const about = (action: string) =>
      explained({ plan, index: 2, code: 'AccessDenied', text: deniedText('', action) });
    expect(about('sts:TagSession').advice).toContain('but the session inherits tags (transitive-tag-keys)');
    expect(about('sts:SetSourceIdentity').advice).toContain(
      'but the session inherits a source identity (source-identity)',
    );
    expect(policies(about('sts:TagSession'))[0]).toMatchObject({
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    });
  });

  test('many roles that were denied alike are in one statement', () => {
    const roles = [1, 2, 3].map((n) => hopTo(`arn:aws:iam::22222222222${n}:role/deploy/customer`).role);
    const attempt: Attempt = { operation: 'AssumeRole', hop: { index: 2, of: 2 }, roleArn: customerArn };
    const answer = readAnswer({
      Code: 'AccessDenied',
      message: deniedText(),
      $metadata: { httpStatusCode: 403 },
    });
    const [first, ...more] = roles;
    if (!first) throw new Error('there are three');
    const found = explain(new RequestFailure(attempt, answer, 1), oidc, { environment: {} }, [
      first,
      ...more,
    ]);
    expect(found.advice).toContain('role customer of 3 accounts');
    expect(policies(found)[1]).toMatchObject({ Statement: [{ Resource: roles.map(({ text }) => text) }] });
  });

  const deniedInHub = (list: 'accounts' | 'organization', ...accounts: [string, ...string[]]) => {
    const attempt: Attempt = { operation: 'AssumeRole', hop: { index: 2, of: 2 }, roleArn: customerArn };
    const answer = readAnswer({
      Code: 'AccessDenied',
      message: deniedText(),
      $metadata: { httpStatusCode: 403 },
    });
    const roles = accounts.map((account) => hopTo(`arn:aws:iam::${account}:role/deploy/customer`).role);
    const failure = new RequestFailure(attempt, answer, 1);
    return explain(failure, oidc, { environment: {}, list }, roles as [RoleArn, ...RoleArn[]]);
  };

  test('a role of the management account, which no stack set makes', () => {
    const found = deniedInHub('organization', '111111111111');
    expect(found.advice).toContain('if 111111111111 is the management account, list it in except');
    expect(found.steps[0]).toContain('A stack set of the organization creates no role in the management');
    expect(deniedInHub('organization', '222222222222').advice).not.toContain('management');
    expect(deniedInHub('accounts', '111111111111').advice).not.toContain('management');
  });

  test('the same in a group of accounts: the first check is for the others', () => {
    expect(deniedInHub('organization', '111111111111', '222222222222').advice).toMatch(
      /: if 111111111111 is the management account, list it in except of organization; for the others, check the external id first\.$/,
    );
  });

  test("the external id of an organization's accounts is an input, that of a list its entry's", () => {
    expect(deniedInHub('organization', '222222222222').steps.join()).toContain('account-external-id');
    expect(deniedInHub('accounts', '222222222222').steps.join()).toContain("external-id in the account's");
  });

  test('a name in another case than elsewhere in the step is the first suspect', () => {
    const attempt: Attempt = { operation: 'AssumeRole', hop: { index: 2, of: 2 }, roleArn: customerArn };
    const answer = readAnswer({
      Code: 'AccessDenied',
      message: deniedText(),
      $metadata: { httpStatusCode: 403 },
    });
    const roles = [hopTo('arn:aws:iam::333333333333:role/deploy/Customer').role];
    const found = explain(new RequestFailure(attempt, answer, 1), oidc, { environment: {}, roles });
    expect(found.steps[0]).toContain('this step also uses Customer (account 333333333333)');
    expect(found.advice).toContain('check the spelling of the role first');
  });
});

describe('AWS Organizations', () => {
  const ask = (code: string, message: string) => {
    const attempt: Attempt = {
      operation: 'ListAccountsForParent',
      callerArn: 'arn:aws:sts::111111111111:assumed-role/hub/name',
    };
    const answer = readAnswer({ Code: code, message, $metadata: { httpStatusCode: 400 } });
    return explain(new RequestFailure(attempt, answer, 1), planOf(oidc.base, [hopTo(hubArn)]), {
      environment: {},
    });
  };

  test('an expired session is that of the caller, not the token of the job', () => {
    expect(ask('ExpiredTokenException', 'The security token included in the request is expired').title).toBe(
      'Credentials expired',
    );
  });

  test('a denial: the permissions to read an organization, for the caller', () => {
    const found = ask(
      'AccessDeniedException',
      'User: arn:aws:sts::111111111111:assumed-role/hub/name is not authorized to perform: organizations:ListAccountsForParent on resource: arn:aws:organizations::1:root/o-1/r-1 because no identity-based policy allows the organizations:ListAccountsForParent action',
    );
    expect(found.title).toBe('Missing from identity-based policy');
    expect(policies(found)).toMatchObject([
      {
        Statement: [
          { Action: expect.arrayContaining(['organizations:ListAccountsForParent']), Resource: '*' },
        ],
      },
    ]);
  });

  test('a denial without a reason', () => {
    const found = ask('AccessDeniedException', "You don't have permissions to access this resource.");
    expect(found.title).toBe('Organizations access denied');
    expect(policies(found)).toHaveLength(1);
  });

  test.each([
    ['AWSOrganizationsNotInUseException', 'Account not in an organization'],
    ['ParentNotFoundException', 'Organizational unit not found'],
  ])('%s', (code, title) => {
    expect(ask(code, 'x').title).toBe(title);
  });
});

describe('what was sent', () => {
  test('the size is shown where STS names it', () => {
    expect(explained({ code: 'PackedPolicyTooLarge', text: 'consumes 142% of' }).advice).toContain(
      '(142% of the limit)',
    );
    expect(explained({ code: 'PackedPolicyTooLarge', text: 'too large' }).advice).not.toContain('(');
  });

  test("an unknown answer: AWS's own words first", () => {
    expect(explained({ code: 'BrandNewError', text: 'Never heard of.' }).advice).toBe(
      'Hop 1 of 2: STS refused the request: BrandNewError: Never heard of.',
    );
    expect(explained({ code: 'InvalidParameterValue', text: 'Else' }).title).toBe('Role not assumed');
  });

  test('a session that is too long: both ways out name profile', () => {
    const long = planOf(oidc.base, [hopTo(hubArn, { durationSeconds: 7200 })]);
    for (const text of [
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    ]) {
      const { advice } = explained({ plan: long, code: 'ValidationError', text });
      expect(advice).toMatch(/profile/);
      expect(advice).toContain('7200');
    }
  });
});

describe('the base', () => {
  const hk = planOf({ kind: 'access-key', credentials: keys });

  test('an old session token beside the keys of a user is the first suspect, and is not shown', () => {
    const origin = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SESSION_TOKEN: 'old-token' };
    const mixed = explained({ plan: planOf({ kind: 'ambient', origin }), code: 'InvalidClientTokenId' });
    expect(mixed.steps[0]).toContain('AWS_SESSION_TOKEN is set');
    expect(mixed.all).not.toContain('old-token');
  });

  test.each([
    ['SignatureDoesNotMatch', 'Signature expired: 1 is now earlier than 2'],
    ['SignatureDoesNotMatch', 'Signature not yet current: 1 is still later than 2'],
    ['RequestExpired', 'Request has expired.'],
  ])('clocks: %s: %s', (code, text) => {
    expect(explained({ plan: hk, code, text }).title).toBe('Clock skew');
  });
});

describe('the network', () => {
  const none = { status: undefined, requestId: undefined, from: 'network' } as const;
  const proxied = { HTTPS_PROXY: 'http://fred:s3cret@proxy.example.com:3128' };

  test.each<[string, Partial<Answer>, string]>([
    ['HTTP 200', { status: 200, from: 'other', page: 'Sign in' }, 'Unexpected response'],
    ['ENOTFOUND', { ...none, transient: true }, 'Host name not resolved'],
    ['ETIMEOUT', { ...none, transient: true }, 'Host name not resolved'],
    ['TimeoutError', { ...none, transient: true }, 'Request timed out'],
    ['CERT_HAS_EXPIRED', none, 'Certificate not trusted'],
    ['ECONNREFUSED', { ...none, transient: true }, 'Connection failed'],
    ['ECONNRESET', { ...none, transient: true }, 'Connection failed'],
    ['AnswerCutShort', { ...none, transient: true }, 'Connection failed'],
    ['EPROTO', none, 'Connection failed'],
    ['Throttling', { transient: true, throttled: true }, 'Throttled'],
    ['ServiceUnavailable', { transient: true, status: 503 }, 'Service unavailable'],
  ])('%s', (code, answer, title) => {
    const found = explained({ code, answer });
    expect(found.title).toBe(title);
    expect(found.advice).toContain('STS in us-east-1 (sts.us-east-1.amazonaws.com)');
  });

  test("throttling is said in AWS's word", () => {
    expect(explained({ code: 'Throttling', answer: { transient: true, throttled: true } }).advice).toMatch(
      /^STS in us-east-1 \(\S+\) throttled the request, 3 times in a row:/,
    );
  });

  test.each<[string, Partial<Answer>, string]>([
    ['ECONNREFUSED', { ...none, transient: true }, 'Proxy not reachable'],
    ['ENOTFOUND', { ...none, transient: true }, 'Proxy not reachable'],
    ['ERR_PROXY_TUNNEL', { ...none, transient: true }, 'Proxy refused the connection'],
    ['ERR_PROXY_TUNNEL', { ...none, text: 'Proxy tunnel timed out after 20000ms' }, 'Proxy not reachable'],
    ['ECONNRESET', { ...none, transient: true }, 'Proxy refused the connection'],
    ['HPE_INVALID_CONSTANT', none, 'Proxy refused the connection'],
    ['EPROTO', none, 'Proxy refused the connection'],
    ['TimeoutError', { ...none, text: 'no tunnel within 21 s' }, 'Request timed out'],
    ['TimeoutError', { ...none, text: 'no connection within 10 s' }, 'Proxy not reachable'],
    ['HTTP 502', { status: 502, from: 'proxy', transient: true }, 'Proxy refused the connection'],
    ['HTTP 407', { status: 407, from: 'proxy' }, 'Proxy authentication required'],
  ])(
    'behind a proxy, %s: the proxy and its variable are named, never its password',
    (code, answer, title) => {
      const found = explained({ code, answer, environment: proxied });
      expect(found.title).toBe(title);
      expect(found.advice).toMatch(/^The proxy proxy\.example\.com:3128 \(HTTPS_PROXY\) /);
      expect(JSON.stringify(found)).not.toMatch(/s3cret|fred/);
      expect(found.all + found.advice).toContain('NO_PROXY');
    },
  );

  test.each([
    ['https://proxy.example.com', /^The proxy proxy\.example\.com:443 \(HTTPS_PROXY\) does not speak TLS/],
    [
      'http://proxy.example.com',
      /^The proxy .* accepted the connection to .*, but what answered does not speak/,
    ],
    ['', /^No TLS connection to STS in us-east-1/],
  ])('no TLS, where the proxy is %s', (HTTPS_PROXY, advice) => {
    const found = explained({ code: 'EPROTO', answer: none, environment: { HTTPS_PROXY } });
    expect(found.advice).toMatch(advice);
  });

  test.each([
    [
      { HTTP_PROXY: 'http://proxy.example.com' },
      'http://sts',
      /^The proxy .* but nothing came from sts in time/,
    ],
    [{ HTTPS_PROXY: 'http://proxy.example.com' }, 'https://sts.x.io', /^STS in us-east-1 .* did not answer/],
  ])('no answer through a proxy: TLS ends at the service: %j', (environment, endpoint, advice) => {
    const own = { ...oidc, sts: { ...oidc.sts, endpoint } };
    const answer = { ...none, text: 'no answer within 10 s' };
    expect(explained({ plan: own, code: 'TimeoutError', answer, environment }).advice).toMatch(advice);
  });

  test.each([
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, 'AWS_ENDPOINT_URL sets it'],
    [
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ENDPOINT_URL_STS: ' http://127.0.0.1:4566' },
      'AWS_ENDPOINT_URL_STS sets it',
    ],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'the input sts-endpoint sets it'],
  ])('an endpoint on this machine: what sets it, and no word of a proxy', (environment, setting) => {
    const own = { ...oidc, sts: { ...oidc.sts, endpoint: 'http://127.0.0.1:4566' } };
    const found = explained({ plan: own, code: 'ECONNREFUSED', answer: none, environment });
    expect(found.steps).toEqual([
      `the address http://127.0.0.1:4566: ${setting}. Is it the address of an STS?`,
    ]);
  });

  test('a host that NO_PROXY excludes: that it went directly, and by which entry', () => {
    const environment = { ...proxied, NO_PROXY: 'localhost,.amazonaws.com' };
    const found = explained({ code: 'ETIMEDOUT', answer: { ...none, transient: true }, environment });
    expect(found.all).toContain(
      'NO_PROXY excludes sts.us-east-1.amazonaws.com from it by its entry ".amazonaws.com"',
    );
  });

  test("a page's title, and a certificate's issuer", () => {
    expect(
      explained({ code: 'HTTP 200', answer: { status: 200, from: 'other', page: 'Sign in' } }).advice,
    ).toContain('a page titled "Sign in"');
    const found = explained({
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
      answer: { ...none, certificateIssuer: 'CN=Proxy CA, O=Acme' },
    });
    expect(found.advice).toContain('issued by CN=Proxy CA, O=Acme,');
    expect(found.all).toContain('NODE_USE_SYSTEM_CA=1');
    expect(found.all).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('an unknown region gets the nearest', () => {
    const plan = { ...oidc, sts: { ...oidc.sts, region: 'us-esat-1' } };
    const found = explained({ plan, code: 'ENOTFOUND', answer: { ...none, transient: true } });
    expect(found.title).toBe('Unknown AWS region');
    expect(found.advice).toContain('use us-east-1');
  });

  test('the endpoint is named as it is asked', () => {
    const custom = { ...oidc, sts: { ...oidc.sts, endpoint: 'https://gate.example.com' } };
    expect(explained({ plan: custom, code: 'ENOTFOUND', answer: none }).advice).toContain(
      'https://gate.example.com',
    );
  });
});

describe('the choice of auto', () => {
  const answer = readAnswer({
    Code: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    $metadata: { httpStatusCode: 403 },
  });
  const attempt: Attempt = {
    operation: 'AssumeRoleWithWebIdentity',
    hop: { index: 1, of: 2 },
    roleArn: hubArn,
    claims,
  };
  const failure = new RequestFailure(attempt, answer, 1);

  test('is the first thing to check, with the other sources', () => {
    const choice = { kind: 'oidc', chosenBy: 'auto', alsoAvailable: ['token-file'] } as const;
    const found = explain(failure, oidc, { environment: {}, choice });
    expect(found.steps[0]).toMatch(
      /^the source: credential-source is auto, and chose oidc .* token-file .* ambient /,
    );
    expect(wordsOf(found)).toContain("Only if this job is meant to start from GitHub's OIDC token");
  });

  test('is no question where the user chose, nor later in the chain, nor when the network fails', () => {
    const choice = { kind: 'oidc', chosenBy: 'input', alsoAvailable: [] } as const;
    expect(wordsOf(explain(failure, oidc, { environment: {}, choice }))).not.toContain('credential-source');
    const auto = { ...choice, chosenBy: 'auto' } as const;
    const later: Attempt = { operation: 'AssumeRole', hop: { index: 2, of: 2 }, roleArn: customerArn };
    expect(
      wordsOf(explain(new RequestFailure(later, answer, 1), oidc, { environment: {}, choice: auto })),
    ).not.toContain('credential-source');
    const reset = readAnswer({ code: 'ECONNRESET', message: 'x' });
    expect(
      wordsOf(explain(new RequestFailure(attempt, reset, 1), oidc, { environment: {}, choice: auto })),
    ).not.toContain('credential-source');
  });
});

test('a failure without a hop is explained by the first', () => {
  const answer = readAnswer({ Code: 'ExpiredToken', message: 'x', $metadata: { httpStatusCode: 403 } });
  const failure = new RequestFailure({ operation: 'GetCallerIdentity' }, answer, 1);
  expect(explain(failure, byKeys, { environment: {} }).title).toBe('Credentials expired');
});

describe('an STS endpoint in another region than the job', () => {
  const endpoint = 'https://vpce-0-a.sts.af-south-1.vpce.amazonaws.com';
  const plan = { ...byKeys, sts: { ...byKeys.sts, region: 'us-east-1', endpoint } };

  test('an unknown key: the region of the endpoint must be enabled, not that of the job', () => {
    const code = 'InvalidClientTokenId';
    expect(explained({ plan, code }).all).toContain(
      'the region: af-south-1 must be enabled in both accounts',
    );
    const sts = { ...plan.sts, region: 'af-south-1', endpoint: 'https://sts.us-east-1.amazonaws.com' };
    expect(explained({ plan: { ...plan, sts }, code }).all).not.toContain('must be enabled');
  });

  test('no answer: the service has the name of its own region', () => {
    const answer = { status: undefined, requestId: undefined, from: 'network' } as const;
    expect(explained({ plan, code: 'TimeoutError', answer }).advice).toContain(
      `STS in af-south-1 (${endpoint}) did not answer`,
    );
  });

  test('a denial by its policy: the command that shows the policy looks in its region', () => {
    const text = `User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:AssumeRole on resource: ${customerArn} because no VPC endpoint policy allows the sts:AssumeRole action`;
    const found = explained({ plan, code: 'AccessDenied', text });
    expect(found.advice).toContain('the VPC endpoint for STS in af-south-1');
    expect(found.all).toContain(
      '--region af-south-1 --filters Name=service-name,Values=com.amazonaws.af-south-1.sts',
    );
  });
});
