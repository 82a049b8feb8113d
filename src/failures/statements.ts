import type { Hop } from '../aws/plan.ts';
import type { Claims } from '../aws/web-identity-token.ts';
import type { RoleArn } from '../aws/arn.ts';

/** Policies to paste: each admits exactly the caller that was refused, and nobody else. */

/** A statement of a policy, in IAM's own field names. */
export type Statement = Readonly<Record<string, unknown>>;

/** A whole policy document. */
export function policy(...statements: readonly Statement[]): Statement {
  return { Version: '2012-10-17', Statement: statements };
}

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

/** What a request for this hop must be allowed, beside the role itself. */
export function actionsOf(hop: Hop, inherits: { tags: boolean; sourceIdentity: boolean }): string[] {
  return [
    'sts:AssumeRole',
    ...(hop.tags.length > 0 || inherits.tags ? ['sts:TagSession'] : []),
    ...(hop.sourceIdentity !== undefined || inherits.sourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
}

/** For the role's trust policy. An external id is shown as a placeholder, for its value is the customer's. */
export function trustStatement(
  principal: string,
  actions: readonly string[],
  externalIdSent: boolean,
): Statement {
  return {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: actions.length === 1 ? actions[0] : actions,
    ...(externalIdSent ? { Condition: { StringEquals: { 'sts:ExternalId': 'THE-EXTERNAL-ID' } } } : {}),
  };
}

/** For the caller's own permissions. */
export function permissionStatement(role: RoleArn, actions: readonly string[]): Statement {
  return { Effect: 'Allow', Action: actions.length === 1 ? actions[0] : actions, Resource: role.text };
}

/** A claim as text: an audience may be a list. */
export function textOf(claim: unknown): string {
  const first: unknown = Array.isArray(claim) ? claim[0] : claim;
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : '';
}
