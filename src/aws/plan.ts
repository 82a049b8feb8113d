import type { RoleArn } from './arn.ts';
import type { Credentials } from './session.ts';

/** A session tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** One role to assume, with everything that this request, and no other of the chain, carries. */
export interface Hop {
  readonly role: RoleArn;
  readonly sessionName: string;
  /** Seconds. */
  readonly durationSeconds: number;
  readonly externalId?: string | undefined;
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** Minified JSON. */
  readonly policy?: string | undefined;
  readonly policyArns: readonly string[];
  readonly mfa?: { readonly serialNumber: string; readonly tokenCode: string } | undefined;
}

/** Where the first credentials come from. */
export type Base =
  | { readonly kind: 'oidc'; readonly audience: string }
  | { readonly kind: 'access-key'; readonly credentials: Credentials }
  | { readonly kind: 'token-file'; readonly path: string }
  /** What the AWS SDK finds; with the AWS_ variables of the environment in which it looked first. */
  | { readonly kind: 'ambient'; readonly origin: Readonly<Record<string, string>> };

/** Which STS is asked, and how it is reached. */
export interface StsSettings {
  readonly region: string;
  /** Absent: the region's own endpoint. */
  readonly endpoint?: string | undefined;
  readonly useFips: boolean;
  readonly useDualstack: boolean;
}

/**
 * How to get one set of credentials: plain data, so that what made them once can make them again.
 * With a web identity (oidc, token-file) the first hop is AssumeRoleWithWebIdentity; all others are AssumeRole.
 */
export interface Plan {
  readonly base: Base;
  /** At least one; the job gets the last. */
  readonly hops: readonly [Hop, ...Hop[]];
  readonly sts: StsSettings;
}

/** One role for the job: by itself, or one of many accounts. */
export interface Target {
  /** Of its profile; undefined for the one role of a step without `accounts`. */
  readonly name: string | undefined;
  /** The whole chain, so that a profile can renew by itself. */
  readonly plan: Plan;
  /** How many hops at the beginning are the roles of `role-arn`, and so the same for all targets of the step. */
  readonly sharedHops: number;
}

/** Whether the first hop of a chain from this base is AssumeRoleWithWebIdentity. */
export function isWebIdentity(kind: Base['kind']): boolean {
  return kind === 'oidc' || kind === 'token-file';
}

/** The last hop: the role that the job gets. */
export function lastHop(plan: Plan): Hop {
  return plan.hops.at(-1) ?? plan.hops[0];
}

/**
 * What tells one plan's credentials from another's, however and whenever they were made: the chain, the session's
 * name, tags, source identity and policies. Not the base, the duration or the endpoint.
 */
export function identityOf(plan: Plan): string {
  return JSON.stringify(
    plan.hops.map(({ role, sessionName, tags, transitiveTagKeys, sourceIdentity, policy, policyArns }) => [
      role.text,
      sessionName,
      tags.map(({ key, value }) => [key, value]),
      transitiveTagKeys,
      sourceIdentity ?? '',
      policy ?? '',
      policyArns,
    ]),
  );
}
