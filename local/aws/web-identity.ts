import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
} from 'jose';
import { contextOf, type Call } from './call.ts';
import type { ConditionContext } from './conditions.ts';
import { checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters } from './parameters.ts';
import { evaluate } from './policy.ts';
import { accessDenied, Refusal } from './refusal.ts';
import { readSessionPolicies } from './session-policies.ts';
import { roleByArn, type AccountSpec } from './spec.ts';

/** AssumeRoleWithWebIdentity (AWS STS API Reference): no signature, a token instead. */

const invalidToken = (message: string): Refusal => new Refusal(400, 'InvalidIdentityToken', message);

/** @throws Refusal with STS's code and words */
export async function assumeRoleWithWebIdentity(call: Call): Promise<Grant> {
  const { parameters, spec, region } = call;
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
  checkRegion(role, region);
  const context = contextFrom(provider, claims, parameters['RoleSessionName']);
  const access = { action: 'sts:AssumeRoleWithWebIdentity', resource: arn, context };
  const principal = {
    kind: 'federated',
    provider: `arn:${account.partition ?? 'aws'}:iam::${account.id}:oidc-provider/${provider}`,
  } as const;
  if (evaluate(role.trustPolicy, access, principal) !== 'allow') throw refused;
  const { inline, packedPolicySize } = readSessionPolicies(parameters, role, 0);
  const seconds = durationOf(parameters, role, false);
  const nothing = { tags: new Map<string, string>(), transitiveKeys: [], sourceIdentity: undefined };
  const carried = { ...nothing, sessionPolicy: inline, chained: false };
  const told = { subject: claims.sub ?? '', audience, issuer: claims.iss ?? '' };
  return grant(call, { role, seconds, carried, packedPolicySize, token: told });
}

interface Token {
  readonly claims: JWTPayload;
  /** The one that the provider knows. */
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
/** STS's documented words for a token that does not stand (AWS STS API Reference, errors of AssumeRoleWithWebIdentity). */
const rejected = 'The web identity token that was passed could not be validated by AWS.';
/** AWS STS API Reference, WebIdentityToken. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const requiredClaims = ['iss', 'sub', 'aud', 'iat', 'exp'];

async function verify({ identityProviders, now }: Call, issuer: string, token: string): Promise<JWTPayload> {
  const jwks = identityProviders.find((one) => one.issuer === issuer)?.jwks;
  if (jwks === undefined) throw invalidToken(unreachable);
  try {
    const options = { algorithms, currentDate: now, issuer, requiredClaims };
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), options);
    // jose asks only that the claim is there; STS has to name its subject.
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

/** Claims that every provider's tokens give to conditions (IAM User Guide, "AWS OIDC federation condition context keys"). */
const commonKeys = ['aud', 'sub', 'amr'];
/** What GitHub's give besides, since January 2026. Any other claim is unknown to trust policies. */
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
  sessionName: string | undefined,
): ConditionContext {
  const keys = [...commonKeys, ...(provider.split('/')[0] === githubHost ? githubKeys : [])];
  const pairs = keys.map((name): [string, string[] | undefined] => {
    const claim = claims[name];
    return [`${provider}:${name}`, claim === undefined ? undefined : [claim].flat().map(String)];
  });
  return contextOf([...pairs, ['sts:RoleSessionName', sessionName]]);
}
