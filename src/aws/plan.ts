import type { RoleArn } from './arn.ts';
import type { HopParts } from './hop-settings.ts';
import type { Credentials } from './session.ts';

/** One role to assume, with everything that this request, and no other of the chain, sends. */
export interface Hop extends HopParts {
  readonly role: RoleArn;
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

/** Whether a base is a token for AssumeRoleWithWebIdentity, or keys for AssumeRole. */
const webIdentities = {
  oidc: true,
  'access-key': false,
  'token-file': true,
  ambient: false,
} satisfies Record<Base['kind'], boolean>;

/** Whether a session is renewed with an ID token, which only processes of a job with that permission can get. */
export const needsIdToken = {
  oidc: true,
  'access-key': false,
  'token-file': false,
  ambient: false,
} satisfies Record<Base['kind'], boolean>;

/** Whether the first hop of a chain from this base is AssumeRoleWithWebIdentity. */
export function isWebIdentity(kind: Base['kind']): boolean {
  return webIdentities[kind];
}

/** The last hop: the role that the job gets. */
export function lastHop(plan: Plan): Hop {
  return plan.hops.at(-1) ?? plan.hops[0];
}
