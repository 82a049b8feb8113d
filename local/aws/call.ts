import type { ConditionContext } from './conditions.ts';
import type { Parameters } from './parameters.ts';
import type { Identity, Keys, Sessions } from './sessions.ts';
import type { AwsSpec } from './spec.ts';
import type { JSONWebKeySet } from 'jose';

/** An issuer of ID tokens, with the keys that AWS would fetch from it; none where they are out of reach. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet | undefined;
}

/** What an action of STS works with. */
export interface Call {
  readonly spec: AwsSpec;
  readonly sessions: Sessions;
  readonly identityProviders: readonly IdentityProvider[];
  readonly parameters: Parameters;
  readonly now: Date;
  /** Seconds that every session lives, whatever was asked for; undefined: what was asked for. */
  readonly sessionSeconds: number | undefined;
  /** MFA codes that were used: each is good once. */
  readonly usedCodes: Set<string>;
  /** The region that was asked. */
  readonly region: string;
  /** Keys to issue instead of random ones. */
  readonly keys: Partial<Keys>;
}

/** A condition context from pairs; absent values are left out. */
export function contextOf(
  pairs: readonly (readonly [string, string | readonly string[] | undefined])[],
): ConditionContext {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of pairs) if (value !== undefined) context.set(key.toLowerCase(), [value].flat());
  return context;
}

/** What is known of a caller in every request (IAM User Guide, "AWS global condition context keys"). */
export function callerPairs(identity: Identity): [string, string | undefined][] {
  const tags = identity.kind === 'session' ? [...identity.tags] : [];
  return [
    ['aws:PrincipalArn', identity.kind === 'session' ? identity.role.arn : identity.arn],
    ['aws:PrincipalAccount', identity.account.id],
    ['aws:userid', identity.userId],
    ['aws:SourceIdentity', identity.kind === 'session' ? identity.sourceIdentity : undefined],
    ...tags.map(([key, value]): [string, string] => [`aws:PrincipalTag/${key}`, value]),
  ];
}
