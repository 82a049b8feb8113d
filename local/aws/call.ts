import type { ConditionContext } from './conditions.ts';
import type { Parameters } from './parameters.ts';
import type { Identity, Keys, Sessions } from './sessions.ts';
import type { Policies } from './denial.ts';
import { isMember } from './organization.ts';
import type { AccountRole, AwsSpec } from './spec.ts';
import type { JSONWebKeySet } from 'jose';

/** An issuer of ID tokens. */
export interface IdentityProvider {
  readonly issuer: string;
  /** The keys that AWS fetches from it; undefined where it cannot. */
  readonly jwks: JSONWebKeySet | undefined;
  /** What goes wrong when AWS asks it. */
  readonly problem?: 'slow' | 'rejects-claim' | 'other-certificate';
}

/** One call of an action of STS. */
export interface Call {
  readonly policies: Policies;
  readonly sessions: Sessions;
  readonly identityProviders: readonly IdentityProvider[];
  readonly parameters: Parameters;
  readonly now: Date;
  /** Lifetime of every session in seconds; undefined: as requested. */
  readonly sessionSeconds: number | undefined;
  /** MFA codes that were used: each is valid once. */
  readonly usedCodes: Set<string>;
  /** The region of the endpoint. */
  readonly region: string;
  /** Keys to issue instead of random ones. */
  readonly keys: Partial<Keys>;
}

/** A condition context from pairs, without those that are undefined. */
export function contextOf(
  pairs: readonly (readonly [string, string | readonly string[] | undefined])[],
): ConditionContext {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of pairs) if (value !== undefined) context.set(key.toLowerCase(), [value].flat());
  return context;
}

/** Condition keys of the caller in every request (IAM User Guide, "AWS global condition context keys"). */
export function callerPairs(identity: Identity, { organization }: AwsSpec): [string, string | undefined][] {
  const tags = identity.kind === 'session' ? [...identity.tags] : [];
  return [
    ['aws:PrincipalArn', identity.kind === 'session' ? identity.role.arn : identity.arn],
    ['aws:PrincipalAccount', identity.account.id],
    ['aws:PrincipalOrgID', isMember(organization, identity.account.id) ? organization?.id : undefined],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:userid', identity.userId],
    ['aws:SourceIdentity', identity.kind === 'session' ? identity.sourceIdentity : undefined],
    ...tags.map(([key, value]): [string, string] => [`aws:PrincipalTag/${key}`, value]),
  ];
}

/** Condition keys of the role that is assumed. */
export function resourcePairs(role: AccountRole, { organization }: AwsSpec): [string, string | undefined][] {
  const { id } = role.account;
  return [
    ['aws:ResourceAccount', id],
    ['aws:ResourceOrgID', isMember(organization, id) ? organization?.id : undefined],
  ];
}
