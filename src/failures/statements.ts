import type { RoleArn } from '../aws/arn.ts';
import type { Hop } from '../aws/plan.ts';
import type { Claims } from '../aws/web-identity-token.ts';
import { organizationsOperations } from '../sts/errors.ts';
import type { FailureContext } from './explanation.ts';

/** Policies to paste. Each admits exactly the caller that was denied, and no other. */

/** A statement of a policy, in IAM's own field names. */
export type Statement = Readonly<Record<string, unknown>>;

/** A whole policy document. */
export function policy(...statements: readonly Statement[]): Statement {
  return { Version: '2012-10-17', Statement: statements };
}

/** In a statement, instead of an external id: its value belongs to the customer and may be secret. */
export const externalIdPlaceholder = 'EXTERNAL-ID';

/** An issuer as IAM names it in the provider's ARN and in condition keys: without its scheme. */
export function issuerName(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '');
}

/** The trust policy that admits the bearer of a token, by audience and subject. */
export function webIdentityTrust(role: RoleArn, claims: Claims): Statement {
  const issuer = issuerName(textOf(claims['iss']));
  return policy({
    Effect: 'Allow',
    Principal: { Federated: providerArn(role, issuer) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${issuer}:aud`]: textOf(claims['aud']), [`${issuer}:sub`]: textOf(claims['sub']) },
    },
  });
}

/** The ARN of the identity provider, which must be in the role's own account. */
export function providerArn(role: RoleArn, issuer: string): string {
  return `arn:${role.partition}:iam::${role.accountId}:oidc-provider/${issuerName(issuer)}`;
}

/** What earlier hops pass on to this one, so that its role must allow it too. */
export function inherited({ plan, index }: FailureContext): { tags: boolean; sourceIdentity: boolean } {
  const before = plan.hops.slice(0, index - 1);
  return {
    tags: before.some((hop) => hop.transitiveTagKeys.length > 0),
    sourceIdentity: before.some((hop) => hop.sourceIdentity !== undefined),
  };
}

/** The actions that the request for this hop needs, on both sides. */
export function actionsOf(context: FailureContext): string[] {
  const { hop, failure } = context;
  const { operation } = failure.attempt;
  if (operation !== 'AssumeRole')
    return organizationsOperations.some((one) => one === operation)
      ? organizationsOperations.map((one) => `organizations:${one}`)
      : [`sts:${operation}`];
  const inherits = inherited(context);
  return [
    'sts:AssumeRole',
    ...(hop.tags.length > 0 || inherits.tags ? ['sts:TagSession'] : []),
    ...(hop.sourceIdentity !== undefined || inherits.sourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
}

const oneOrMore = (list: readonly string[]): string | readonly string[] | undefined =>
  list.length === 1 ? list[0] : list;

/**
 * Whether a statement of trust for this hop needs an external id: where one was sent, and across accounts. A denial of
 * another action than AssumeRole shows that the trust policy admits the caller as it is.
 * @param caller the account of the caller, where it is known
 */
export function needsExternalId(
  { externalId, role }: Hop,
  action: string,
  caller: string | undefined,
): boolean {
  return externalId !== undefined || (action === 'sts:AssumeRole' && caller !== role.accountId);
}

/** For the role's trust policy. */
export function trustStatement(
  principal: string,
  actions: readonly string[],
  withExternalId: boolean,
): Statement {
  return {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: oneOrMore(actions),
    ...(withExternalId ? { Condition: { StringEquals: { 'sts:ExternalId': externalIdPlaceholder } } } : {}),
  };
}

/**
 * Characters of the statements for many roles. A service control policy has at most 5,120 (AWS Organizations quotas), a
 * managed policy 6,144, the inline policies of a role 10,240 (IAM quotas). White space does not count.
 */
const mostCharacters = 4_900;

const fits = (value: unknown): boolean => JSON.stringify(value).length <= mostCharacters;

/**
 * For the caller's own permissions: these roles, and no other. Where their ARNs do not fit into a policy, roles of the
 * same path and name are allowed in the accounts that are listed; where these do not fit either, in every account.
 */
export function permissionStatements(
  roles: readonly [RoleArn, ...RoleArn[]],
  actions: readonly string[],
): readonly Statement[] {
  const allow = { Effect: 'Allow', Action: oneOrMore(actions) };
  const arns = [...new Set(roles.map(({ text: arn }) => arn))];
  const exact = [{ ...allow, Resource: oneOrMore(arns) }];
  if (fits(exact)) return exact;
  const byName = [...Map.groupBy(roles, inEveryAccount)];
  const inAccounts = byName.map(([Resource, same]) => {
    const accounts = [...new Set(same.map(({ accountId }) => accountId))];
    return {
      ...allow,
      Resource,
      Condition: { StringEquals: { 'aws:ResourceAccount': oneOrMore(accounts) } },
    };
  });
  if (fits(inAccounts)) return inAccounts;
  return [{ ...allow, Resource: oneOrMore(asManyAsFit(byName.map(([pattern]) => pattern))) }];
}

/** Whether the statements of {@link permissionStatements} allow more than these roles, or not all of them. */
export const isInexact = (statements: readonly Statement[]): boolean =>
  statements.some(
    ({ Resource: resource, Condition: condition }) =>
      condition === undefined && [resource].flat().some((one) => String(one).includes('::*:')),
  );

const inEveryAccount = ({ partition, path, name }: RoleArn): string =>
  `arn:${partition}:iam::*:role${path}${name}`;

function asManyAsFit(patterns: readonly string[]): readonly string[] {
  let size = 0;
  return patterns.filter((one) => (size += one.length + 3) <= mostCharacters);
}

/** A claim as text: an audience may be a list. */
export function textOf(claim: unknown): string {
  const first: unknown = Array.isArray(claim) ? claim[0] : claim;
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : '';
}
