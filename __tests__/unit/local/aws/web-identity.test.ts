import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../../local/aws/server.ts';
import type { PolicyStatement, AwsSpec } from '../../../../local/aws/spec.ts';
import { startLocalGitHub, type LocalGitHub, type MintOptions } from '../../../../local/github/issuer.ts';
import { ask, askUnsigned, keysIn, type Answer } from '../signed-request.ts';
import { admits, assume, deploy, far, fred, hub, policy, roleArn, sessionArn, specOf } from '../accounts.ts';

let github: LocalGitHub;
beforeAll(async () => {
  github = await startLocalGitHub({ repository: 'acme/shop' });
});
afterAll(() => github.close());

const running: LocalAws[] = [];
afterEach(() => Promise.all(running.splice(0).map((aws) => aws.close())));
async function start(spec: AwsSpec, options?: LocalAwsOptions): Promise<LocalAws> {
  const identityProviders = [{ issuer: github.issuer, jwks: github.jwks }];
  const aws = await startLocalAws(spec, { identityProviders, ...options });
  running.push(aws);
  return aws;
}

const host = 'token.actions.githubusercontent.com';
const url = `https://${host}`;
const provider = `arn:aws:iam::${far}:oidc-provider/${host}`;
const subject = { StringLike: { [`${host}:sub`]: 'repo:acme/shop:*' } };
const admitsTokens = (
  condition: PolicyStatement['Condition'] = subject,
  federated = provider,
): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { Federated: federated },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
});
const specWith = (statement = admitsTokens(), clientIds = ['sts.amazonaws.com']): AwsSpec =>
  specOf({
    far: {
      oidcProviders: [{ url, clientIds }],
      roles: [{ ...deploy, maxSessionSeconds: 43_200, trustPolicy: policy(statement, admits(far)) }],
    },
  });
const call = (WebIdentityToken: string, more: Record<string, string> = {}): Record<string, string> => ({
  Action: 'AssumeRoleWithWebIdentity',
  RoleArn: roleArn,
  RoleSessionName: 'visit',
  WebIdentityToken,
  ...more,
});
const assumeWithToken = async (
  aws: LocalAws,
  token: MintOptions = {},
  more: Record<string, string> = {},
): Promise<Answer> => askUnsigned(aws, call(await github.mint(token), more));
const refused = [403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity'];
const invalid = (message: string): unknown[] => [400, 'InvalidIdentityToken', message];
const unreachable =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";

test('a token is enough, and the answer says what it said', async () => {
  const aws = await start(specWith());
  const answer = await assumeWithToken(aws, {}, { ExternalId: 'ignored', DurationSeconds: '43200' });
  expect(answer.element('Arn')).toBe(sessionArn('visit'));
  expect(answer.element('SubjectFromWebIdentityToken')).toBe('repo:acme/shop:ref:refs/heads/main');
  expect(answer.element('Audience')).toBe('sts.amazonaws.com');
  expect(answer.element('Provider')).toBe(url);
  expect((await ask(aws, keysIn(answer), { Action: 'GetCallerIdentity' })).element('Arn')).toBe(
    sessionArn('visit'),
  );
});

test('what comes after it is a chain', async () => {
  const aws = await start(specWith());
  const keys = keysIn(await assumeWithToken(aws));
  const answer = await ask(aws, keys, assume({ DurationSeconds: '3601' }));
  expect(answer.error[2]).toMatch(/1 hour session limit for roles assumed by role chaining/);
  expect(aws.issued[0]?.chained).toBe(false);
});

describe('not authorized', () => {
  test.each<[string, AwsSpec, MintOptions]>([
    ['another repository', specWith(), { claims: { sub: 'repo:acme/other:ref:refs/heads/main' } }],
    ['its name in other case', specWith(), { claims: { sub: 'repo:Acme/shop:ref:refs/heads/main' } }],
    [
      'another environment',
      specWith(admitsTokens({ StringEquals: { [`${host}:environment`]: 'live' } })),
      {},
    ],
    [
      'a claim that trust policies do not know',
      specWith(admitsTokens({ StringEquals: { [`${host}:repository_owner`]: 'acme' } })),
      {},
    ],
    ['the provider of another account', specWith(admitsTokens(subject, provider.replace(far, hub))), {}],
    ['a role that lets in accounts alone', specWith(admits(far)), {}],
    [
      'no such role',
      specOf({ far: { roles: [], oidcProviders: [{ url, clientIds: ['sts.amazonaws.com'] }] } }),
      {},
    ],
    ['no such account', specOf({ far: { id: '333333333333' } }), {}],
  ])('%s', async (_, spec, token) => {
    expect((await assumeWithToken(await start(spec), token)).error).toEqual(refused);
  });

  test.each([
    'aud',
    'sub',
    'repository',
    'repository_id',
    'ref',
    'actor',
    'actor_id',
    'workflow',
    'job_workflow_ref',
  ])('until %s says what it must', async (claim) => {
    const token = { claims: { [claim]: claim === 'aud' ? 'sts.amazonaws.com' : 'wanted' } };
    const wanted = claim === 'aud' ? 'sts.amazonaws.com' : 'wanted';
    const right = await start(specWith(admitsTokens({ StringEquals: { [`${host}:${claim}`]: wanted } })));
    expect((await assumeWithToken(right, token)).status).toBe(200);
    const wrong = await start(specWith(admitsTokens({ StringEquals: { [`${host}:${claim}`]: 'unwanted' } })));
    expect((await assumeWithToken(wrong, token)).error).toEqual(refused);
  });

  test('another session name', async () => {
    const aws = await start(
      specWith(admitsTokens({ ...subject, StringEquals: { 'sts:RoleSessionName': 'visit' } })),
    );
    expect((await assumeWithToken(aws)).status).toBe(200);
    expect((await assumeWithToken(aws, {}, { RoleSessionName: 'other' })).error).toEqual(refused);
  });
});

describe('tokens that are refused', () => {
  test.each(['no-token', 'a.b.c', 'eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln', '{"access":"token"}'])(
    '%s',
    async (token) => {
      const message =
        'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
      expect((await askUnsigned(await start(specWith()), call(token))).error).toEqual(invalid(message));
    },
  );

  test('no provider', async () => {
    const aws = await start(specOf());
    expect((await assumeWithToken(aws)).error).toEqual(
      invalid(`No OpenIDConnect provider found in your account for ${url}`),
    );
    const other = await assumeWithToken(await start(specWith()), { claims: { iss: `${url}/acme` } });
    expect(other.error).toEqual(invalid(`No OpenIDConnect provider found in your account for ${url}/acme`));
  });

  test('a provider in the account of the caller does not count', async () => {
    const aws = await start(specOf({ hub: { oidcProviders: [{ url, clientIds: ['sts.amazonaws.com'] }] } }));
    expect((await assumeWithToken(aws)).error[1]).toBe('InvalidIdentityToken');
  });

  test('wrong audience', async () => {
    const aws = await start(specWith());
    expect((await assumeWithToken(aws, { audience: 'https://github.com/acme' })).error).toEqual(
      invalid('Incorrect token audience'),
    );
    expect((await assumeWithToken(aws, { claims: { aud: ['other', 'sts.amazonaws.com'] } })).status).toBe(
      200,
    );
  });

  test('bad signatures', async () => {
    const aws = await start(specWith());
    const message = 'The web identity token that was passed could not be validated by AWS.';
    expect((await assumeWithToken(aws, { wrongKey: true })).error).toEqual(invalid(message));
    const [header = '', claims = '', signature = ''] = (await github.mint()).split('.');
    const told = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...told, repository: 'acme/other' })).toString('base64url');
    expect((await askUnsigned(aws, call([header, forged, signature].join('.')))).error).toEqual(
      invalid(message),
    );
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect((await askUnsigned(aws, call([none, claims, ''].join('.')))).error).toEqual(invalid(message));
  });

  test('an algorithm that STS does not take, though the key would do', async () => {
    const { privateKey, publicKey } = await generateKeyPair('PS256');
    const jwks = { keys: [await exportJWK(publicKey)] };
    const aws = await start(specWith(), { identityProviders: [{ issuer: url, jwks }] });
    const token = await new SignJWT(decodeJwt(await github.mint()))
      .setProtectedHeader({ alg: 'PS256' })
      .sign(privateKey);
    const message = 'The web identity token that was passed could not be validated by AWS.';
    expect((await askUnsigned(aws, call(token))).error).toEqual(invalid(message));
  });

  test('keys that cannot be had', async () => {
    const without = await start(specWith(), { identityProviders: [] });
    expect((await assumeWithToken(without)).error).toEqual(invalid(unreachable));
    const silent = await start(specWith(), { identityProviders: [{ issuer: url, jwks: undefined }] });
    expect((await assumeWithToken(silent)).error).toEqual(invalid(unreachable));
    const other = await start(specWith(), { identityProviders: [{ issuer: url, jwks: { keys: [] } }] });
    expect((await assumeWithToken(other)).error).toEqual(invalid(unreachable));
  });

  test("expired by AWS's clock", async () => {
    const aws = await start(specWith());
    const token = await github.mint();
    aws.advanceClock(300);
    const [status, code, message] = (await askUnsigned(aws, call(token))).error;
    expect([status, code]).toEqual([400, 'ExpiredTokenException']);
    const [, now, end] =
      /^Token expired: current date\/time (\d+) must be before the expiration date\/time (\d+)$/.exec(
        message ?? '',
      ) ?? [];
    expect(Number(now)).toBeGreaterThanOrEqual(Number(end));
  });

  test('not valid yet, and without an end', async () => {
    const aws = await start(specWith());
    const later = Math.floor(Date.now() / 1000) + 3600;
    expect((await assumeWithToken(aws, { claims: { nbf: later } })).error[1]).toBe('InvalidIdentityToken');
    expect((await assumeWithToken(aws, { claims: { exp: undefined } })).error[1]).toBe(
      'InvalidIdentityToken',
    );
  });
});

test.each<[unknown]>([[5], [null], [''], [{ repository: 'acme/shop' }]])(
  'the subject %j is none',
  async (sub) => {
    const aws = await start(
      specWith(admitsTokens({ StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } })),
    );
    const message = 'The web identity token that was passed could not be validated by AWS.';
    expect((await assumeWithToken(aws, { claims: { sub } })).error).toEqual(invalid(message));
    expect(aws.issued).toEqual([]);
  },
);

test('the limits of AssumeRole apply here as well', async () => {
  const role = { ...deploy, trustPolicy: policy(admitsTokens()) };
  const aws = await start(
    specOf({
      far: {
        oidcProviders: [{ url, clientIds: ['sts.amazonaws.com'] }],
        roles: [role],
        stsDisabledRegions: ['af-south-1'],
      },
    }),
    { region: 'us-east-1' },
  );
  expect((await assumeWithToken(aws, {}, { DurationSeconds: '3601' })).error[2]).toMatch(
    /MaxSessionDuration/,
  );
  expect((await assumeWithToken(aws, {}, { Policy: '{' })).error[1]).toBe('MalformedPolicyDocument');
  expect((await assumeWithToken(aws, {}, { RoleSessionName: 'a b' })).error[1]).toBe('ValidationError');
});

test('STS is off in the region of the endpoint', async () => {
  const { accounts } = specWith();
  const spec = { accounts: accounts.map((account) => ({ ...account, stsDisabledRegions: ['af-south-1'] })) };
  const aws = await start(spec, { region: 'af-south-1' });
  expect((await assumeWithToken(aws)).error.slice(0, 2)).toEqual([403, 'RegionDisabledException']);
  expect((await assumeWithToken(await start(spec))).status).toBe(200);
});

test('users may go the same way, side by side', async () => {
  const aws = await start(specOf({ far: { roles: [deploy] } }));
  expect((await ask(aws, fred, assume())).status).toBe(200);
});

test.each([
  ['slow', 400, 'IDPCommunicationError', 'The request could not be fulfilled'],
  ['rejects-claim', 403, 'IDPRejectedClaim', 'The identity provider (IdP) reported'],
  [
    'other-certificate',
    400,
    'InvalidIdentityToken',
    "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
  ],
] as const)('an identity provider with a problem: %s', async (problem, status, code, message) => {
  const { issuer, jwks } = github;
  const aws = await start(specWith(), { identityProviders: [{ issuer, jwks, problem }] });
  const { error } = await assumeWithToken(aws);
  expect(error.slice(0, 2)).toEqual([status, code]);
  expect(error[2]).toContain(message);
});
