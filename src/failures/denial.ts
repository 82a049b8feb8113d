import type { Answer, Attempt } from '../sts/errors.ts';

/**
 * A denial, classified once: which kind of policy denied the request, and how. AWS words it in one way for all services
 * (IAM User Guide, "Troubleshoot access denied error messages"), and leaves the reason out where the caller may not know.
 */

/** Kinds of policies, in AWS's own words: they are part of the message. */
export const policyKinds = [
  'identity-based policy',
  'resource-based policy',
  'role trust policy',
  'permissions boundary',
  'session policy',
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
] as const;

/** A kind of policy. */
export type PolicyKind = (typeof policyKinds)[number];

/** What an AccessDenied says. */
export interface Denial {
  /** `sts:AssumeRole`: the action that was denied, which may be another than the request's. */
  readonly action: string;
  /** The caller's ARN, where AWS names it. */
  readonly caller: string | undefined;
  /** Absent where AWS gives no reason. */
  readonly reason?: {
    /** Explicit: a statement denies it, and no Allow helps. Implicit: no statement of this kind of policy allows it. */
    readonly effect: 'explicit' | 'implicit';
    /** Undefined where AWS names none, or a kind that this version does not know. */
    readonly policy: PolicyKind | undefined;
    readonly policyArn?: string;
  };
}

const codes = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

/** @returns undefined for an answer that is no denial */
export function readDenial({ code, text }: Answer, { operation }: Attempt): Denial | undefined {
  if (!codes.includes(code)) return undefined;
  const action = /not authorized to perform:? ([\w-]+:\w+)/i.exec(text)?.[1] ?? actionOf(operation);
  const caller = /\bUser: (arn:\S+)/.exec(text)?.[1];
  const reason = reasonOf(text);
  return { action, caller, ...(reason === undefined ? {} : { reason }) };
}

function reasonOf(text: string): Denial['reason'] {
  const explicit = /with an explicit deny(?: in (?:an?|the) ([\w -]+))?/i.exec(text);
  const implicit = explicit ? null : /because no ([\w -]+?) allows\b/i.exec(text);
  const found = explicit ?? implicit;
  if (found === null) return undefined;
  const words = found[1]?.trim().toLowerCase();
  const policyArn = explicit && /explicit deny in [\w -]+: (arn:\S*[^\s.,])/i.exec(text)?.[1];
  return {
    effect: explicit ? 'explicit' : 'implicit',
    policy: policyKinds.find((kind) => words === kind.toLowerCase()),
    ...(policyArn ? { policyArn } : {}),
  };
}

function actionOf(operation: Attempt['operation']): string {
  switch (operation) {
    case 'AssumeRole':
    case 'AssumeRoleWithWebIdentity':
    case 'GetCallerIdentity':
      return `sts:${operation}`;
    case 'GetIdToken':
      return operation;
    case 'ListRoots':
    case 'ListAccountsForParent':
    case 'ListOrganizationalUnitsForParent':
    case 'ListTagsForResource':
      return `organizations:${operation}`;
  }
}
