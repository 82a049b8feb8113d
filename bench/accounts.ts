import type { AccountSpec, RoleSpec } from '../local/aws/spec.ts';

/** The accounts and roles that are entered against the clock. */

const hubAccount = '111111111111';
const hubName = 'hub';
const accountOf = (number: number): string => String(220000000000 + number);

/** Of a chain: hop 1 is the hub's role, which GitHub may enter; each further one admits the one before it. */
export const hopArn = (number: number): string =>
  `arn:aws:iam::${hubAccount}:role/${number === 1 ? hubName : `hop-${number}`}`;

/** Of the accounts that the hub's role may enter. */
export const spokeArn = (number: number): string => `arn:aws:iam::${accountOf(number)}:role/spoke`;

const longestChain = 8;
const mostSpokes = 2200;

type TrustPolicy = RoleSpec['trustPolicy'];

function admitting(arn: string): TrustPolicy {
  const Statement = [
    { Effect: 'Allow', Principal: { AWS: arn }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ];
  return { Version: '2012-10-17', Statement };
}

function hubTrust(issuer: string): TrustPolicy {
  const host = issuer.replace('https://', '');
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${hubAccount}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } },
    },
  ];
  return { Version: '2012-10-17', Statement };
}

/** @param issuer of the ID tokens that the hub's role admits */
export function benchAccounts(issuer: string): AccountSpec[] {
  const further = Array.from({ length: longestChain - 1 }, (_, index) => ({
    name: `hop-${index + 2}`,
    trustPolicy: admitting(hopArn(index + 1)),
  }));
  const spokes = Array.from({ length: mostSpokes }, (_, index) => ({
    id: accountOf(index + 1),
    roles: [{ name: 'spoke', trustPolicy: admitting(hopArn(1)) }],
  }));
  const hub = {
    id: hubAccount,
    oidcProviders: [{ url: issuer, clientIds: ['sts.amazonaws.com'] }],
    roles: [{ name: hubName, trustPolicy: hubTrust(issuer) }, ...further],
  };
  return [hub, ...spokes];
}
