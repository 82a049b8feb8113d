import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../../src/aws/plan.ts';
import { explain } from '../../../src/failures/explain.ts';
import type { Part } from '../../../src/failures/explanation.ts';
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
}

function explained({
  plan = oidc,
  index = 1,
  code,
  text = 'text',
  claims: told = claims,
  answer = {},
  callerArn,
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
  const explanation = explain(new RequestFailure(attempt, whole, 3), plan);
  return { ...explanation, words: wordsOf(explanation.parts) };
}

function wordsOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'steps') return part.steps.join('\n');
      return part.kind === 'facts' ? part.facts.map((fact) => fact.join(' = ')).join('\n') : part.code;
    })
    .join('\n');
}

const policies = (parts: readonly Part[]): unknown[] =>
  parts.flatMap((part) =>
    part.kind === 'code' && part.language === 'json' ? [JSON.parse(part.code) as unknown] : [],
  );

describe('a web identity', () => {
  const refused = { code: 'AccessDenied', text: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' };

  test('refused: the claims, the causes in their order, and the trust policy', () => {
    const { title, advice, words, parts } = explained(refused);
    expect(title).toBe('The role does not admit this token');
    expect(advice).toContain('repo:acme/shop:ref:refs/heads/main');
    expect(words).toContain(
      'iss = https://token.actions.githubusercontent.com\naud = sts.amazonaws.com\nsub = repo:acme/shop:ref:refs/heads/main\nactor_id = 7',
    );
    expect(words).toContain("by the job's OIDC token");
    expect(words).not.toContain('immutable');
    expect(policies(parts)).toEqual([
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
    const { words, parts } = explained({
      ...refused,
      claims: {
        iss: 'https://x.example.com',
        aud: ['one', 'two'],
        sub: 'repo:acme@1/shop@2:environment:prod',
        actor: { no: 'text' },
      },
    });
    expect(words).toContain('the subject has the immutable form');
    expect(JSON.stringify(policies(parts))).toContain('"x.example.com:aud":"one"');
    expect(words).not.toContain('actor');
  });

  test('without claims there is no list of them', () => {
    expect(explained({ ...refused, claims: {} }).words).not.toContain('The token says');
  });

  test('from a token file the caller is that', () => {
    expect(explained({ ...refused, plan: planOf({ kind: 'token-file', path: 't' }) }).words).toContain(
      'by the token of web-identity-token-file',
    );
  });

  test.each<[string, string, string, string]>([
    [
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
      'No identity provider in the account',
      'aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com',
    ],
    [
      'InvalidIdentityTokenException',
      'Incorrect token audience',
      'Wrong audience',
      '--client-id sts.amazonaws.com',
    ],
    [
      'InvalidIdentityToken',
      "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      'Outdated thumbprint',
      'update-open-id-connect-provider-thumbprint',
    ],
    [
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider,  please",
      'AWS could not fetch the keys of the issuer',
      '/.well-known/openid-configuration',
    ],
    ['IDPCommunicationError', 'x', 'AWS could not fetch the keys of the issuer', 'max-attempts'],
    ['ExpiredTokenException', 'Token expired', 'The token has expired', 'The token says'],
    ['IDPRejectedClaim', 'x', 'The token was refused', 'The token says'],
    ['InvalidIdentityToken', 'something else', 'The token was refused', 'The token says'],
  ])('%s: %s', (code, text, title, words) => {
    const found = explained({ code, text });
    expect(found.title).toBe(title);
    expect(found.words).toContain(words);
  });

  test('an expired token of a file names the file', () => {
    expect(
      explained({ code: 'ExpiredTokenException', plan: planOf({ kind: 'token-file', path: '/a/t.jwt' }) })
        .advice,
    ).toContain('/a/t.jwt');
  });

  test.each([
    ['https://ghes.example.com/_services/token', 'GitHub Enterprise Server'],
    ['https://token.actions.acme.ghe.com', 'GHE.com'],
    ['https://token.actions.githubusercontent.com/acme', "The enterprise's name is part of this issuer"],
    ["https://odd'one.example.com", "'https://odd'\\''one.example.com'"],
  ])('the provider of %s', (iss, words) => {
    expect(
      explained({ code: 'InvalidIdentityToken', text: 'No OpenIDConnect provider found', claims: { iss } })
        .words,
    ).toContain(words);
  });

  test("the issuer is read from STS's message where the token does not tell it", () => {
    const text = 'No OpenIDConnect provider found in your account for https://told.example.com';
    expect(explained({ code: 'InvalidIdentityToken', text, claims: {} }).words).toContain(
      '--url https://told.example.com',
    );
    expect(
      explained({ code: 'InvalidIdentityToken', text: 'No OpenIDConnect provider found', claims: {} }).words,
    ).toContain("--url ''");
  });
});

describe('a hop', () => {
  const text =
    'User: arn:aws:sts::111111111111:assumed-role/hub/name is not authorized to perform: sts:AssumeRole on resource: arn:x';
  const denied = { index: 2, code: 'AccessDenied', text } as const;

  test('refused: who, which role, what to check, and both statements', () => {
    const { title, advice, words, parts } = explained(denied);
    expect(title).toBe('A role was refused');
    expect(advice).toMatch(
      /^Hop 2 of 2: arn:aws:sts::111111111111:assumed-role\/hub\/name may not assume role customer of account 222222222222/,
    );
    expect(words).toContain('none was sent');
    expect(policies(parts)).toEqual([
      { Effect: 'Allow', Principal: { AWS: hubArn }, Action: 'sts:AssumeRole' },
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: customerArn },
    ]);
  });

  test('with an external id: that one was sent, never which', () => {
    const plan = planOf(oidc.base, [hopTo(hubArn), hopTo(customerArn, { externalId: 'very-private' })]);
    const { words } = explained({ ...denied, plan });
    expect(words).toContain('one was sent');
    expect(words).toContain('THE-EXTERNAL-ID');
    expect(words).not.toContain('very-private');
  });

  test.each([
    [
      `${text} because no identity-based policy allows the sts:AssumeRole action`,
      'STS says it: "because no identity-based policy allows the sts:AssumeRole action"',
    ],
    [
      `${text} with an explicit deny in a service control policy`,
      'STS says it: "with an explicit deny in a service control policy"',
    ],
  ])('a hint of STS comes first', (said, words) => {
    expect(explained({ ...denied, text: said }).words).toContain(words);
  });

  test('from keys: the caller as STS tells it, a session as its role, or none at all', () => {
    const first = { plan: planOf(byKeys.base, [hopTo(hubArn)]), index: 1, code: 'AccessDenied' };
    const principal = (said: string): unknown => policies(explained({ ...first, text: said }).parts)[0];
    expect(principal('User: arn:aws:iam::111111111111:user/ci is not authorized')).toMatchObject({
      Principal: { AWS: 'arn:aws:iam::111111111111:user/ci' },
    });
    expect(
      principal('User: arn:aws:sts::111111111111:assumed-role/runner/i-1 is not authorized'),
    ).toMatchObject({ Principal: { AWS: 'arn:aws:iam::111111111111:role/runner' } });
    expect(principal('No.')).toMatchObject({ Principal: { AWS: 'THE-CALLERS-ARN' } });
    expect(explained({ ...first, text: 'No.' }).advice).toMatch(
      /^the base credentials \(access-key\) may not assume/,
    );
  });

  test.each([
    ['sts:TagSession', hopTo(customerArn, { tags: [{ key: 'a', value: 'b' }] }), 'Session tags were sent'],
    ['sts:SetSourceIdentity', hopTo(customerArn, { sourceIdentity: 'fred' }), 'A source identity was sent'],
  ])('%s missing', (action, hop, words) => {
    const plan = planOf(oidc.base, [hopTo(hubArn), hop]);
    const said = `User: arn:x is not authorized to perform: ${action} on resource: y`;
    const found = explained({ plan, index: 2, code: 'AccessDenied', text: said });
    expect(found.title).toBe(`${action} is not allowed`);
    expect(found.advice).toContain("the role's trust policy or the caller's permissions");
    expect(found.words).toContain(words);
    expect(policies(found.parts)).toEqual([
      expect.objectContaining({ Action: ['sts:AssumeRole', action] }),
      expect.objectContaining({ Action: ['sts:AssumeRole', action] }),
    ]);
    expect(
      explained({
        plan,
        index: 2,
        code: 'AccessDenied',
        text: `${said} because no role trust policy allows the ${action} action`,
      }).advice,
    ).toContain('missing in the trust policy of the role');
    expect(
      explained({
        plan,
        index: 2,
        code: 'AccessDenied',
        text: `${said} because no identity-based policy allows the ${action} action`,
      }).advice,
    ).toContain("missing in the caller's permissions");
  });

  test('tags and a source identity that are inherited are told as that', () => {
    const first = hopTo(hubArn, {
      transitiveTagKeys: ['a'],
      tags: [{ key: 'a', value: 'b' }],
      sourceIdentity: 'fred',
    });
    const plan = planOf(byKeys.base, [first, hopTo(customerArn)]);
    const said = (action: string): string =>
      `User: arn:x is not authorized to perform: ${action} on resource: y`;
    expect(explained({ plan, index: 2, code: 'AccessDenied', text: said('sts:TagSession') }).words).toContain(
      'inherits from an earlier role',
    );
    const found = explained({ plan, index: 2, code: 'AccessDenied', text: said('sts:SetSourceIdentity') });
    expect(found.words).toContain('was set earlier in the chain');
    expect(policies(found.parts)[1]).toMatchObject({
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    });
  });

  test('MFA, with the device and without', () => {
    const said = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
    const plan = planOf(byKeys.base, [
      hopTo(hubArn, { mfa: { serialNumber: 'arn:mfa', tokenCode: '123456' } }),
    ]);
    expect(explained({ plan, code: 'AccessDenied', text: said }).words).toContain('the device: arn:mfa');
    expect(explained({ plan: byKeys, code: 'AccessDenied', text: said }).words).toContain('none was given');
  });

  test('a root user', () => {
    expect(
      explained({ plan: byKeys, code: 'AccessDenied', text: 'Roles may not be assumed by root accounts.' })
        .title,
    ).toBe('Root may not assume roles');
  });

  test('longer than the role allows: what was asked for, and the command', () => {
    const said = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    const long = planOf(oidc.base, [hopTo(hubArn, { durationSeconds: 7200 })]);
    const found = explained({ plan: long, code: 'ValidationError', text: said });
    expect(found.advice).toContain('duration-seconds is 7200');
    expect(found.words).toContain('aws iam update-role --role-name hub --max-session-duration 7200');
  });

  test('longer than a chain allows: because of the hop before, or of the base', () => {
    const said =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    expect(explained({ index: 2, code: 'ValidationError', text: said }).words).toContain(
      'This role is chained.',
    );
    expect(explained({ plan: byKeys, code: 'ValidationError', text: said }).words).toContain(
      "The base credentials (access-key) are a role's session themselves",
    );
  });
});

describe('what was sent', () => {
  test.each([
    [
      'InvalidParameterValue',
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      'Tag already inherited',
    ],
    [
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      'Tag key twice',
    ],
    [
      'InvalidParameterValue',
      'The specified transitive tag key must be included in the requested tags.',
      'Transitive key without its tag',
    ],
    [
      'PackedPolicyTooLarge',
      'Packed size of session tags consumes 142% of allotted space.',
      'Policies and tags too big',
    ],
    ['MalformedPolicyDocument', 'Syntax errors in policy.', 'Policy refused'],
    ['RegionDisabledException', 'STS is not activated in this region', 'STS is off in this region'],
    ['InvalidParameterValue', 'Anything else', 'Role not assumed'],
    ['BrandNewError', 'Never heard of', 'Role not assumed'],
  ])('%s: %s', (code, text, title) => {
    expect(explained({ index: 2, code, text }).title).toBe(title);
  });

  test('the size is told where STS tells it', () => {
    expect(explained({ code: 'PackedPolicyTooLarge', text: 'consumes 142% of' }).advice).toContain(
      '(142% of what it takes)',
    );
    expect(explained({ code: 'PackedPolicyTooLarge', text: 'too large' }).advice).not.toContain('(');
  });

  test('an unknown answer to a token is told as that', () => {
    expect(explained({ code: 'BrandNewError' }).advice).toContain('refused the token');
    expect(explained({ code: 'BrandNewError', index: 2 }).advice).toContain('refused the request');
  });
});

describe('the base', () => {
  const hk = planOf({ kind: 'access-key', credentials: keys });
  const far = { ...hk, sts: { ...hk.sts, region: 'me-south-1' } };

  test('an unknown key names the input, and a region that must be enabled', () => {
    expect(explained({ plan: hk, code: 'InvalidClientTokenId' }).advice).toBe(
      'AWS does not know access-key-id (and session-token).',
    );
    const found = explained({ plan: far, code: 'InvalidClientTokenId' });
    expect(found.advice).toContain('or not in me-south-1');
    expect(found.words).toContain("a token of STS's global endpoint is not valid there");
    expect(
      explained({ plan: planOf({ kind: 'ambient', origin: {} }), code: 'InvalidClientTokenId' }).advice,
    ).toContain('the base credentials (ambient)');
    expect(explained({ index: 2, code: 'InvalidClientTokenId' }).advice).toContain(
      'the credentials of the hop before',
    );
  });

  test('an old session token beside the keys of a user is told first', () => {
    const origin = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SESSION_TOKEN: 'old' };
    const mixed = explained({ plan: planOf({ kind: 'ambient', origin }), code: 'InvalidClientTokenId' });
    expect(mixed.words).toContain('AWS_SESSION_TOKEN is set');
    expect(mixed.words).not.toContain('old\n');
  });

  test('a wrong secret names its input; a proxy may be to blame elsewhere', () => {
    expect(explained({ plan: hk, code: 'SignatureDoesNotMatch' }).advice).toBe(
      'secret-access-key does not belong to access-key-id.',
    );
    expect(explained({ index: 2, code: 'SignatureDoesNotMatch' }).advice).toContain(
      'something on the way changed the request',
    );
  });

  test.each([
    'Signature expired: 1 is now earlier than 2',
    'Signature not yet current: 1 is still later than 2',
  ])('clocks: %s', (text) => {
    expect(explained({ plan: hk, code: 'SignatureDoesNotMatch', text }).title).toBe('Clock skew');
  });

  test('an expired session', () => {
    expect(explained({ plan: hk, code: 'ExpiredToken' }).advice).toContain(
      'access-key-id, secret-access-key and session-token',
    );
    expect(
      explained({ plan: planOf({ kind: 'ambient', origin: {} }), code: 'ExpiredToken' }).advice,
    ).toContain('the base credentials (ambient)');
    expect(explained({ index: 2, code: 'ExpiredToken' }).advice).toContain('The session of the hop before');
  });
});

describe('the network', () => {
  const none = { status: undefined, requestId: undefined };
  test.each<[string, Partial<Answer>, string]>([
    [
      'HTTP 407',
      { status: 407, from: 'other', text: 'the answer is not in the form of the service' },
      'The proxy wants a password',
    ],
    [
      'HTTP 200',
      { status: 200, from: 'other', text: 'the answer is not in the form of the service' },
      'Somebody else answered',
    ],
    ['ENOTFOUND', { ...none, transient: true }, 'Name not found'],
    ['TimeoutError', { ...none, transient: true }, 'No answer'],
    ['CERT_HAS_EXPIRED', none, 'Certificate refused'],
    ['ECONNREFUSED', { ...none, transient: true }, 'No connection'],
    ['EPROTO', none, 'No connection'],
    ['Throttling', { transient: true }, 'Not now'],
  ])('%s', (code, answer, title) => {
    const found = explained({ code, answer });
    expect(found.title).toBe(title);
    expect(found.advice).toContain('STS in us-east-1 (sts.us-east-1.amazonaws.com) ');
    expect(found.advice).toMatch(/ 3 times in a row\.$/);
  });

  test('the endpoint is named as it is asked', () => {
    const custom = { ...oidc, sts: { ...oidc.sts, endpoint: 'https://gate.example.com' } };
    expect(explained({ plan: custom, code: 'ENOTFOUND', answer: none }).advice).toContain(
      '(https://gate.example.com)',
    );
    const china = planOf(oidc.base, [hopTo('arn:aws-cn:iam::111111111111:role/x')]);
    expect(
      explained({
        plan: { ...china, sts: { ...china.sts, region: 'cn-north-1' } },
        code: 'ENOTFOUND',
        answer: none,
      }).advice,
    ).toBe('The name of STS in cn-north-1 could not be resolved 3 times in a row.');
  });
});

test('a failure without a hop is explained by the first', () => {
  const answer: Answer = {
    ...{ code: 'ExpiredToken', text: 'x', from: 'service' },
    ...{ transient: false, throttled: false, clockCorrected: false },
  };
  expect(explain(new RequestFailure({ operation: 'GetCallerIdentity' }, answer, 1), byKeys).title).toBe(
    'Expired credentials',
  );
});
