import type { AccountSpec, AwsSpec, OrganizationSpec, RoleSpec, UnitSpec } from '../local/aws/spec.ts';

/** The accounts and roles of the benchmark. */

const hubAccount = '111111111111';
const hubName = 'hub';
const accountOf = (number: number): string => String(220000000000 + number);

/**
 * A role of a chain. Hop 1 is the hub's role, which GitHub's tokens may assume. Each further role admits the one
 * before it.
 */
export const hopArn = (number: number): string =>
  `arn:aws:iam::${hubAccount}:role/${number === 1 ? hubName : `hop-${number}`}`;

/** A role that the hub's role may assume. */
export const spokeArn = (number: number): string => `arn:aws:iam::${accountOf(number)}:role/spoke`;

const hubMay = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: ['sts:*', 'organizations:List*'], Resource: '*' },
};

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

/** How many accounts of the organization are read. */
export const organizationSizes = [200, 1000, 2200] as const;

/** The unit that has the first so many accounts, in units below it. */
export const unitOf = (size: number): string => `ou-abcd-first${String(size).padStart(4, '0')}`;

const accountsInUnit = 50;

/** The accounts of {@link spokeArn} as an organization of the hub's account: each part is a unit of the next larger one. */
function benchOrganization(): OrganizationSpec {
  const rootId = 'r-abcd';
  const unit = (id: string, parentId: string): UnitSpec => ({ id, name: id, parentId });
  const above = (count: number): string => unitOf(organizationSizes.find((size) => size >= count) ?? NaN);
  const parts = organizationSizes.map((size) =>
    unit(unitOf(size), size === mostSpokes ? rootId : above(size + 1)),
  );
  const below = Array.from({ length: mostSpokes / accountsInUnit }, (_, index) =>
    unit(`ou-abcd-unit${String(index).padStart(4, '0')}`, above((index + 1) * accountsInUnit)),
  );
  const members = Array.from({ length: mostSpokes }, (_, index) => ({
    accountId: accountOf(index + 1),
    name: `account ${index + 1}`,
    parentId: below[Math.floor(index / accountsInUnit)]?.id ?? rootId,
  }));
  const manager = { accountId: hubAccount, name: 'management' };
  return {
    ...{ id: 'o-benchbench', managementAccountId: hubAccount, rootId },
    units: [...parts, ...below],
    members: [manager, ...members],
  };
}

/** @param issuer of the ID tokens that the hub's role admits */
export const benchSpec = (issuer: string): AwsSpec => ({
  accounts: benchAccounts(issuer),
  organization: benchOrganization(),
});

function benchAccounts(issuer: string): AccountSpec[] {
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
    roles: [{ name: hubName, trustPolicy: hubTrust(issuer), permissions: hubMay }, ...further],
  };
  return [hub, ...spokes];
}
