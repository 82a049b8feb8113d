import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
} from 'jose';
import { contextOf, resourcePairs, type Call, type IdentityProvider } from './call.ts';
import type { ConditionContext } from './conditions.ts';
import { checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters } from './parameters.ts';
import { federatedDenialReason } from './denial.ts';
import { accessDenied, notAuthorized, Refusal } from './refusal.ts';
import { readSessionPolicies } from './session-policies.ts';
import { roleByArn, type AccountSpec } from './spec.ts';

/** AssumeRoleWithWebIdentity (AWS STS API Reference): a token instead of a signature. */

const invalidToken = (message: string): Refusal => new Refusal(400, 'InvalidIdentityToken', message);

/** @throws Refusal with STS's code and message */
export async function assumeRoleWithWebIdentity(call: Call): Promise<Grant> {
  const { parameters, policies, region } = call;
  const { spec } = policies;
  checkParameters('AssumeRoleWithWebIdentity', parameters);
  const arn = parameters['RoleArn'] ?? '';
  checkRoleArn(arn);
  const refused = accessDenied('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const [, partition, , , id] = arn.split(':');
  const account = spec.accounts.find((one) => one.id === id && (one.partition ?? 'aws') === partition);
  if (account === undefined) throw refused;
  const token = parameters['WebIdentityToken'] ?? '';
  const { claims, audience, provider } = await readToken(call, account, token);
  const role = roleByArn(spec, arn);
  if (role === undefined) throw refused;
  checkRegion([account], region);
  const context = contextFrom(provider, claims, [
    ...resourcePairs(role, spec),
    ['aws:PrincipalIsAWSService', 'false'],
    ['sts:RoleSessionName', parameters['RoleSessionName']],
  ]);
  const access = { action: 'sts:AssumeRoleWithWebIdentity', resource: arn, context };
  const principal = {
    kind: 'federated',
    provider: `arn:${account.partition ?? 'aws'}:iam::${account.id}:oidc-provider/${provider}`,
  } as const;
  const reason = federatedDenialReason(policies, access, principal, role);
  if (reason === '') throw refused;
  if (reason !== undefined) throw notAuthorized('anonymous', access.action, arn, reason);
  const { inline, packedPolicySize } = readSessionPolicies(parameters, role, 0);
  const seconds = durationOf(parameters, role, false);
  const nothing = { tags: new Map<string, string>(), transitiveKeys: [], sourceIdentity: undefined };
  const properties = { ...nothing, sessionPolicy: inline, chained: false };
  const accepted = { subject: claims.sub ?? '', audience, issuer: claims.iss ?? '' };
  return grant(call, { role, seconds, properties, packedPolicySize, token: accepted });
}

interface Token {
  readonly claims: JWTPayload;
  /** The one that the provider accepts. */
  readonly audience: string;
  /** The provider's URL without `https://`. */
  readonly provider: string;
}

async function readToken(call: Call, account: AccountSpec, token: string): Promise<Token> {
  const issuer = issuerOf(token);
  const provider = account.oidcProviders?.find(({ url }) => url === issuer);
  if (provider === undefined)
    throw invalidToken(`No OpenIDConnect provider found in your account for ${issuer}`);
  const claims = await verify(call, issuer, token);
  const audience = [claims.aud ?? []].flat().find((one) => provider.clientIds.includes(one));
  if (audience === undefined) throw invalidToken('Incorrect token audience');
  return { claims, audience, provider: provider.url.slice('https://'.length) };
}

function issuerOf(token: string): string {
  try {
    decodeProtectedHeader(token);
    return decodeJwt(token).iss ?? '';
  } catch {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
}

const unreachable =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
/** STS's documented message for an invalid token (AWS STS API Reference, errors of AssumeRoleWithWebIdentity). */
const rejected = 'The web identity token that was passed could not be validated by AWS.';
/** What STS answers where the identity provider is the problem (AWS STS API Reference). */
const problems: Readonly<Record<NonNullable<IdentityProvider['problem']>, () => Refusal>> = {
  slow: () =>
    new Refusal(
      400,
      'IDPCommunicationError',
      'The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming identity token could not be reached.',
    ),
  'rejects-claim': () =>
    new Refusal(403, 'IDPRejectedClaim', 'The identity provider (IdP) reported that authentication failed.'),
  'other-certificate': () =>
    invalidToken("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"),
};
/** AWS STS API Reference, WebIdentityToken. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const requiredClaims = ['iss', 'sub', 'aud', 'iat', 'exp'];

async function verify({ identityProviders, now }: Call, issuer: string, token: string): Promise<JWTPayload> {
  const { jwks, problem } = identityProviders.find((one) => one.issuer === issuer) ?? {};
  if (problem !== undefined) throw problems[problem]();
  if (jwks === undefined) throw invalidToken(unreachable);
  try {
    const options = { algorithms, currentDate: now, issuer, requiredClaims };
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), options);
    // jose checks only that the claim is present; STS needs a subject.
    if (typeof payload.sub !== 'string' || payload.sub === '') throw new errors.JWTInvalid();
    return payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw invalidToken(unreachable);
    if (!(error instanceof errors.JWTExpired)) throw invalidToken(rejected);
    const [seconds, end] = [Math.floor(now.getTime() / 1000), error.payload.exp ?? 0];
    const text = `Token expired: current date/time ${seconds} must be before the expiration date/time ${end}`;
    throw new Refusal(400, 'ExpiredTokenException', text);
  }
}

/** Claims of every provider's tokens that are condition keys (IAM User Guide, "AWS OIDC federation condition context keys"). */
const commonKeys = ['aud', 'sub', 'amr'];
/** Further claims of GitHub's tokens, since January 2026. Trust policies cannot use any other. */
const githubKeys = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'workflow',
];
const githubHost = 'token.actions.githubusercontent.com';

function contextFrom(
  provider: string,
  claims: JWTPayload,
  more: readonly [string, string | undefined][],
): ConditionContext {
  const keys = [...commonKeys, ...(provider.split('/')[0] === githubHost ? githubKeys : [])];
  const pairs = keys.map((name): [string, string[] | undefined] => {
    const claim = claims[name];
    return [`${provider}:${name}`, claim === undefined ? undefined : [claim].flat().map(String)];
  });
  return contextOf([...pairs, ...more]);
}
