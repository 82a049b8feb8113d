import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { contextOf, type Call } from './call.ts';
import { checkPolicies, checkRegion, checkRoleArn, durationOf, grant, type Grant } from './grant.ts';
import { checkParameters } from './parameters.ts';
import { evaluate } from './policy.ts';
import { accessDenied, Refusal } from './refusal.ts';
import { roleByArn, type PlacedRole } from './world.ts';

/** AssumeRoleWithWebIdentity (AWS STS API Reference): no signature, a token instead. */

const invalidToken = (message: string): Refusal => new Refusal(400, 'InvalidIdentityToken', message);

export async function assumeRoleWithWebIdentity(call: Call, region: string): Promise<Grant> {
  const { parameters, world } = call;
  checkParameters('AssumeRoleWithWebIdentity', parameters);
  const arn = parameters['RoleArn'] ?? '';
  checkRoleArn(arn);
  const refused = accessDenied('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const claims = claimsOf(parameters['WebIdentityToken'] ?? '');
  const account = world.accounts.find(({ id }) => id === arn.split(':')[4]);
  if (account === undefined) throw refused;
  const provider = account.oidcProviders?.find(({ url }) => url === claims.iss);
  if (provider === undefined) {
    throw invalidToken(`No OpenIDConnect provider found in your account for ${claims.iss ?? ''}`);
  }
  await checkToken(call, parameters['WebIdentityToken'] ?? '', claims);
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.some((one) => provider.clientIds.includes(one)))
    throw invalidToken('Incorrect token audience');
  const role = roleByArn(world, arn);
  if (role === undefined) throw refused;
  checkRegion(role, region);
  if (!admits(role, provider.url, claims, call)) throw refused;
  const packed = checkPolicies(parameters, role, 0);
  const seconds = durationOf(parameters, role, false);
  return grant(
    call,
    role,
    seconds,
    { tags: new Map(), transitiveKeys: [], sourceIdentity: undefined },
    packed,
  );
}

function admits(role: PlacedRole, issuer: string, claims: JWTPayload, call: Call): boolean {
  const name = issuer.replace(/^https:\/\//, '');
  const { id, partition = 'aws' } = role.account;
  const access = {
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: role.arn,
    context: contextFrom(name, claims, call),
  };
  const provider = `arn:${partition}:iam::${id}:oidc-provider/${name}`;
  return evaluate(role.trustPolicy, access, { kind: 'federated', provider }) === 'allow';
}

function claimsOf(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
}

async function checkToken(
  { identityProviders, now }: Call,
  token: string,
  claims: JWTPayload,
): Promise<void> {
  const unreachable = invalidToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
  const jwks = identityProviders.find(({ issuer }) => issuer === claims.iss)?.jwks;
  if (jwks === undefined) throw unreachable;
  const exp = claims.exp ?? 0;
  const seconds = Math.floor(now.getTime() / 1000);
  if (seconds >= exp) {
    const text = `Token expired: current date/time ${seconds} must be before the expiration date/time ${exp}`;
    throw new Refusal(400, 'ExpiredTokenException', text);
  }
  try {
    const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
    await jwtVerify(token, createLocalJWKSet(jwks), { algorithms, currentDate: now });
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) throw unreachable;
    throw invalidToken('Signature verification failed for the token provided.');
  }
}

function contextFrom(
  provider: string,
  claims: JWTPayload,
  { parameters }: Call,
): ReturnType<typeof contextOf> {
  const pairs = Object.entries(claims).flatMap(([name, value]): [string, string | string[]][] =>
    typeof value === 'string'
      ? [[`${provider}:${name}`, value]]
      : Array.isArray(value)
        ? [[`${provider}:${name}`, value.map(String)]]
        : [],
  );
  return contextOf([...pairs, ['sts:RoleSessionName', parameters['RoleSessionName']]]);
}
