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

/** As many ARNs as fit into an inline policy of a role, 10,240 characters without white space (IAM quotas). */
const mostResources = 60;

/**
 * For the caller's own permissions. More roles than fit into a policy are covered by a wildcard for the account, where
 * name and path are the same in all of them.
 */
export function permissionStatement(
  roles: readonly [RoleArn, ...RoleArn[]],
  actions: readonly string[],
): Statement {
  return { Effect: 'Allow', Action: oneOrMore(actions), Resource: oneOrMore(resourcesOf(roles)) };
}

/** The resources of a statement for these roles. Organizations knows no roles: `*`. */
export function resourcesOf(roles: readonly [RoleArn, ...RoleArn[]]): readonly string[] {
  if (roles.length <= mostResources) return [...new Set(roles.map(({ text }) => text))];
  return [
    ...new Set(roles.map(({ partition, path, name }) => `arn:${partition}:iam::*:role${path}${name}`)),
  ].slice(0, mostResources);
}

/** A claim as text: an audience may be a list. */
export function textOf(claim: unknown): string {
  const first: unknown = Array.isArray(claim) ? claim[0] : claim;
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : '';
}
