import { expect, test } from '@jest/globals';
import { annotationOf } from '../../../src/failures/render.ts';
import type { Hop, Plan } from '../../../src/aws/plan.ts';
import { policyKinds } from '../../../src/failures/denial.ts';
import { explain } from '../../../src/failures/explain.ts';
import type { SourceChoice } from '../../../src/request/base.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { RequestFailure, type Attempt } from '../../../src/sts/errors.ts';
import { customerArn, hopTo, hubArn, keys, planOf } from '../sts/plans.ts';

/** Every explanation, word for word, so that a change shows the whole text. */

const github = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme/shop:ref:refs/heads/main',
};
const enterprise = { ...github, iss: 'https://ghes.example.com/_services/token' };
const hop = (more: Partial<Hop>): Hop => hopTo(customerArn, more);
const chain = (more: Partial<Hop> = {}): Plan =>
  planOf({ kind: 'access-key', credentials: keys }, [hopTo(hubArn), hop(more)]);
const one = (base: Plan['base'], more: Partial<Hop> = {}): Plan => planOf(base, [hop(more)]);
const byKeys: Plan['base'] = { kind: 'access-key', credentials: keys };
const byToken: Plan['base'] = { kind: 'oidc', audience: 'sts.amazonaws.com' };
const byFile: Plan['base'] = { kind: 'token-file', path: '/a/token.jwt' };
const found = (origin: Record<string, string>): Plan['base'] => ({ kind: 'ambient', origin });
const inRegion = (plan: Plan, region: string): Plan => ({ ...plan, sts: { ...plan.sts, region } });

const user = 'User: arn:aws:iam::111111111111:user/ci';
const session = 'User: arn:aws:sts::111111111111:assumed-role/hub/name';
const denied = (who: string, action: string, more = ''): string =>
  `${who} is not authorized to perform: sts:${action} on resource: ${customerArn}${more}`;
const refusedToken = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
const badToken = 'InvalidIdentityToken';

interface Case {
  readonly plan: Plan;
  readonly code: string;
  readonly text: string;
  readonly index?: number;
  readonly claims?: Record<string, unknown>;
  readonly tries?: number;
  readonly choice?: SourceChoice;
}

const cases: Record<string, Case> = {
  'a user': { plan: one(byKeys), code: 'AccessDenied', text: denied(user, 'AssumeRole') },
  'a session, with an external id and tags': {
    plan: chain({ externalId: 'x1', tags: [{ key: 'a', value: 'b' }], sourceIdentity: 'fred' }),
    index: 2,
    code: 'AccessDenied',
    text: denied(session, 'AssumeRole', ' with an explicit deny in a service control policy'),
  },
  'an explicit deny, in a policy that AWS does not name': {
    plan: chain(),
    index: 2,
    code: 'AccessDenied',
    text: denied(session, 'AssumeRole', ' with an explicit deny'),
  },
  'who is not told': { plan: one(found({})), code: 'AccessDenied', text: 'Access denied' },
  'by the trust policy': {
    plan: one(byKeys),
    code: 'AccessDenied',
    text: denied(user, 'AssumeRole', ' because no role trust policy allows the sts:AssumeRole action'),
  },
  'tags, by the trust policy': {
    plan: chain({ tags: [{ key: 'a', value: 'b' }] }),
    index: 2,
    code: 'AccessDenied',
    text: denied(session, 'TagSession', ' because no role trust policy allows the sts:TagSession action'),
  },
  'tags, inherited from one of two roles before': {
    plan: planOf(byKeys, [
      hopTo(hubArn, { tags: [{ key: 'a', value: 'b' }], transitiveTagKeys: ['a'], sourceIdentity: 'fred' }),
      hopTo(hubArn),
      hop({}),
    ]),
    index: 3,
    code: 'AccessDenied',
    text: denied(session, 'TagSession'),
  },
  'source identity, by the caller': {
    plan: chain({ sourceIdentity: 'fred' }),
    index: 2,
    code: 'AccessDenied',
    text: denied(session, 'SetSourceIdentity', ' because no identity-based policy allows the action'),
  },
  mfa: {
    plan: one(byKeys, { mfa: { serialNumber: 'arn:aws:iam::111111111111:mfa/fred', tokenCode: '123456' } }),
    code: 'AccessDenied',
    text: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
  },
  root: { plan: one(byKeys), code: 'AccessDenied', text: 'Roles may not be assumed by root accounts.' },
  'longer than the role allows': {
    plan: one(byKeys, { durationSeconds: 7200 }),
    code: 'ValidationError',
    text: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  },
  'longer than a chain': {
    plan: one(found({}), { durationSeconds: 7200 }),
    code: 'ValidationError',
    text: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  },
  'longer than a chain, later in it': {
    plan: chain({ durationSeconds: 7200 }),
    index: 2,
    code: 'ValidationError',
    text: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  },
  ...Object.fromEntries(
    policyKinds.flatMap((kind) => [
      [
        `explicit, ${kind}`,
        {
          plan: chain({ externalId: 'x1' }),
          index: 2,
          code: 'AccessDenied',
          text: denied(session, 'AssumeRole', ` with an explicit deny in a ${kind}`),
        },
      ],
      [
        `implicit, ${kind}`,
        {
          plan: chain(),
          index: 2,
          code: 'AccessDenied',
          text: denied(session, 'AssumeRole', ` because no ${kind} allows the sts:AssumeRole action`),
        },
      ],
    ]),
  ),
  'a service control policy that AWS names': {
    plan: chain(),
    index: 2,
    code: 'AccessDenied',
    text: denied(
      session,
      'AssumeRole',
      ' with an explicit deny in a service control policy: arn:aws:organizations::999999999999:policy/o-abc/service_control_policy/p-abc123',
    ),
  },
  'a resource control policy, to a token': {
    plan: one(byToken),
    code: 'AccessDenied',
    text: `${refusedToken} with an explicit deny in a resource control policy`,
  },
  'a VPC endpoint policy, to a token': {
    plan: one(byToken),
    code: 'AccessDenied',
    text: `${refusedToken} with an explicit deny in a VPC endpoint policy`,
  },
  'a role whose path AWS does not show': {
    plan: one(found({})),
    code: 'AccessDenied',
    text: denied(session, 'AssumeRole'),
  },
  'a token that auto chose': {
    plan: one(byToken),
    code: 'AccessDenied',
    text: refusedToken,
    choice: { kind: 'oidc', chosenBy: 'auto', alsoAvailable: ['token-file'] },
  },
  'a token': { plan: one(byToken), code: 'AccessDenied', text: refusedToken },
  'no provider': {
    plan: one(byToken),
    code: badToken,
    text: `No OpenIDConnect provider found in your account for ${github.iss}`,
  },
  'no provider for a server of ours': {
    plan: one(byToken),
    claims: { ...github, iss: enterprise.iss },
    code: badToken,
    text: `No OpenIDConnect provider found in your account for ${enterprise.iss}`,
  },
  'no provider for an issuer of somebody': {
    plan: one(byFile),
    claims: { ...github, iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC' },
    code: badToken,
    text: 'No OpenIDConnect provider found in your account for https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
  },
  audience: { plan: one(byToken), code: badToken, text: 'Incorrect token audience' },
  'no issuer': { plan: one(byToken), claims: {}, code: badToken, text: 'Missing a required claim: iss' },
  thumbprint: {
    plan: one(byToken),
    claims: enterprise,
    code: badToken,
    text: "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  },
  keys: {
    plan: one(byToken),
    tries: 5,
    code: badToken,
    text: "Couldn't retrieve verification key from your identity provider",
  },
  'an expired token': { plan: one(byToken), code: 'ExpiredTokenException', text: 'Token expired' },
  'an expired file': { plan: one(byFile), code: 'ExpiredTokenException', text: 'Token expired' },
  'no token at all': { plan: one(byFile), code: 'IDPRejectedClaim', text: 'no' },
  'a tag inherited': {
    plan: chain(),
    index: 2,
    code: 'InvalidParameterValue',
    text: 'it conflicts with a transitive tag key from the calling session.',
  },
  'a tag twice': { plan: chain(), code: 'InvalidParameterValue', text: 'Duplicate tag keys found.' },
  'a transitive key': {
    plan: chain(),
    code: 'InvalidParameterValue',
    text: 'The specified transitive tag key must be included in the requested tags.',
  },
  'too big': {
    plan: chain(),
    code: 'PackedPolicyTooLarge',
    text: 'Packed size consumes 142% of allotted space.',
  },
  'too big, by how much untold': { plan: chain(), code: 'PackedPolicyTooLarge', text: 'Too big' },
  policy: { plan: chain(), code: 'MalformedPolicyDocument', text: 'Syntax errors in policy.' },
  region: {
    plan: inRegion(one(byKeys), 'eu-west-1'),
    code: 'RegionDisabledException',
    text: 'STS is not activated in this region for account:222222222222.',
  },
  'an unknown key': { plan: one(byKeys), code: 'InvalidClientTokenId', text: 'invalid.' },
  'an unknown key, in a region that must be enabled': {
    plan: inRegion(one(byKeys), 'af-south-1'),
    code: 'InvalidClientTokenId',
    text: 'invalid.',
  },
  "an unknown key, with an earlier step's token": {
    plan: one(found({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SESSION_TOKEN: 'x' })),
    code: 'InvalidClientTokenId',
    text: 'invalid.',
  },
  'an unknown key of the environment': {
    plan: one(found({ AWS_ACCESS_KEY_ID: 'AKIA1' })),
    code: 'InvalidClientTokenId',
    text: 'invalid.',
  },
  'an unknown session of the environment': {
    plan: one(found({ AWS_ACCESS_KEY_ID: 'ASIA1', AWS_SESSION_TOKEN: 'x' })),
    code: 'InvalidClientTokenId',
    text: 'invalid.',
  },
  'an unknown key later in the chain': {
    plan: planOf(found({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SESSION_TOKEN: 'x' })),
    index: 2,
    code: 'InvalidClientTokenId',
    text: 'invalid.',
  },
  'a wrong secret': { plan: one(byKeys), code: 'SignatureDoesNotMatch', text: 'does not match' },
  'a wrong secret of the environment': {
    plan: one(found({})),
    code: 'SignatureDoesNotMatch',
    text: 'does not match',
  },
  'a wrong signature later in the chain': {
    plan: chain(),
    index: 2,
    code: 'SignatureDoesNotMatch',
    text: 'does not match',
  },
  clocks: { plan: one(byKeys), code: 'SignatureDoesNotMatch', text: 'Signature expired: x is now earlier' },
  'an expired session': { plan: one(byKeys), code: 'ExpiredToken', text: 'expired' },
  'an expired session of the environment': { plan: one(found({})), code: 'ExpiredToken', text: 'expired' },
  'an expired session of the chain': { plan: chain(), index: 2, code: 'ExpiredToken', text: 'expired' },
  throttled: { plan: one(byKeys), tries: 5, code: 'Throttling', text: 'Rate exceeded' },
  'no connection': { plan: one(byToken), code: 'ECONNREFUSED', text: 'connect ECONNREFUSED' },
  'no name': { plan: one(byKeys), code: 'ENOTFOUND', text: 'getaddrinfo' },
  'no answer': { plan: one(byKeys), code: 'TimeoutError', text: 'no answer within 10 s' },
  'certificate expired': { plan: one(byKeys), code: 'CERT_HAS_EXPIRED', text: 'certificate has expired' },
  'certificate of another host': {
    plan: one(byKeys),
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    text: "Hostname/IP does not match certificate's altnames",
  },
  'certificate of a proxy': {
    plan: one(byKeys),
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
    text: 'self-signed certificate in certificate chain',
  },
  'an answer without end': {
    plan: one(byKeys),
    code: 'AnswerTooLarge',
    text: 'the answer is larger than 128 kB',
  },
  'a page of somebody': { plan: one(byKeys), code: 'HPE_INVALID_CONSTANT', text: 'Parse Error' },
  'what is not known': { plan: one(byKeys), code: 'NewCode', text: 'something new' },
  'what is not known, to a token': { plan: one(byToken), code: 'NewCode', text: 'something new' },
};

test.each(Object.entries(cases))(
  '%s',
  (_, { plan, code, text, index = 1, claims = github, tries = 1, choice }) => {
    const isToken = index === 1 && (plan.base.kind === 'oidc' || plan.base.kind === 'token-file');
    const attempt: Attempt = {
      operation: isToken ? 'AssumeRoleWithWebIdentity' : 'AssumeRole',
      hop: { index, of: plan.hops.length },
      roleArn: plan.hops[index - 1]?.role.text,
      ...(index > 1 ? { callerArn: 'arn:aws:sts::111111111111:assumed-role/hub/name' } : {}),
      ...(isToken ? { claims } : {}),
    };
    const network = /^(E[A-Z]|[A-Z]+_|TimeoutError)/.test(code);
    const thrown = network ? { code } : { Code: code, $metadata: { httpStatusCode: 400 } };
    const answer = readAnswer(Object.assign(new Error(text), thrown));
    const surroundings = { environment: {}, choice };
    const report = explain(new RequestFailure(attempt, answer, tries), plan, surroundings);
    const { message, rest } = annotationOf(report);
    expect([`## ${report.title}`, message, ...rest].join('\n')).toMatchSnapshot();
  },
);
