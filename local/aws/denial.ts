import { isMember, organizationDecision } from './organization.ts';
import { evaluate, type Access, type Decision, type Principal } from './policy.ts';
import { namesOf, type Identity } from './sessions.ts';
import type { AccountRole, AwsSpec, PolicyDocument } from './spec.ts';

/** Decides whether a request is allowed and, if not, which type of policy denies it, in AWS's words. */

/** Types of policies as AWS names them, each with its article in an explicit deny. */
const articles = {
  'resource control policy': 'a',
  'service control policy': 'a',
  'VPC endpoint policy': 'a',
  'resource-based policy': 'a',
  'role trust policy': 'the',
  'identity-based policy': 'an',
  'permissions boundary': 'a',
  'session policy': 'a',
} as const;

/** A type of policy. AWS has called a role's trust policy a resource-based policy too. */
export type PolicyType = keyof typeof articles;

interface PolicyDecision {
  readonly type: PolicyType;
  readonly decision: Decision;
  readonly policyArn?: string | undefined;
  /** Whether the policy belongs to the role's side, of which callers from elsewhere learn nothing. */
  readonly ofRole?: boolean;
}

/** What all requests of a local AWS are checked against. */
export interface Policies {
  readonly spec: AwsSpec;
  /** The policy of the VPC endpoint that all requests come through. */
  readonly vpcEndpointPolicy: PolicyDocument | undefined;
  /** What a role's trust policy is called. */
  readonly trustPolicyName: Extract<PolicyType, 'role trust policy' | 'resource-based policy'>;
}

/**
 * Why a caller may not perform an action on a role.
 * @returns undefined where it is allowed; otherwise what follows the resource in AWS's message, which is empty where the
 *   caller may not know: the role's side is shown only within an account or an organization
 */
export function denialReason(
  policies: Policies,
  access: Access,
  caller: Identity,
  role: AccountRole,
): string | undefined {
  const decisions = decisionsOf(policies, access, caller, role);
  const denial =
    decisions.find(({ decision }) => decision === 'deny') ??
    // AWS evaluates the caller's account first: without its permission the role's account is not asked.
    decisions.find(({ decision, ofRole = false }) => decision === 'none' && !ofRole) ??
    decisions.find(({ decision }) => decision === 'none');
  if (denial === undefined) return undefined;
  const { organization } = policies.spec;
  const shared =
    caller.account.id === role.account.id ||
    (isMember(organization, caller.account.id) && isMember(organization, role.account.id));
  return denial.ofRole && !shared ? '' : reasonOf(denial, access.action);
}

/**
 * Why a caller may not perform an action on something that has no policy of its own.
 * @returns undefined where it is allowed
 */
export function identityDenialReason(
  policies: Policies,
  access: Access,
  caller: Identity,
): string | undefined {
  const { organization } = policies.spec;
  const scp = organizationDecision(organization, 'service_control_policy', caller.account.id, access);
  const decisions: PolicyDecision[] = [
    { type: 'service control policy', ...scp },
    { type: 'identity-based policy', decision: evaluate(caller.permissions, access) },
    { type: 'permissions boundary', decision: limit(caller.permissionsBoundary, access) },
    {
      type: 'session policy',
      decision: limit(caller.kind === 'session' ? caller.sessionPolicy : undefined, access),
    },
  ];
  const denial =
    decisions.find(({ decision }) => decision === 'deny') ??
    decisions.find(({ decision }) => decision === 'none');
  return denial && reasonOf(denial, access.action);
}

/** In the order of AWS's evaluation (IAM User Guide, "How AWS enforcement code logic evaluates requests"). */
function decisionsOf(
  { spec, vpcEndpointPolicy, trustPolicyName }: Policies,
  access: Access,
  caller: Identity,
  role: AccountRole,
): PolicyDecision[] {
  const { organization } = spec;
  const { id, partition = 'aws' } = caller.account;
  const principal = { kind: 'aws', account: id, partition, arns: namesOf(caller) } as const;
  const direct = namesCaller(access, caller, role, principal);
  const rcp = organizationDecision(
    organization,
    'resource_control_policy',
    role.account.id,
    access,
    principal,
  );
  const scp = organizationDecision(organization, 'service_control_policy', id, access);
  const identity = evaluate(caller.permissions, access);
  const boundary = limit(caller.permissionsBoundary, access);
  return [
    { type: 'resource control policy', ofRole: true, ...rcp },
    { type: 'service control policy', ...scp },
    { type: 'VPC endpoint policy', decision: limit(vpcEndpointPolicy, access, principal) },
    { type: trustPolicyName, ofRole: true, decision: evaluate(role.trustPolicy, access, principal) },
    // Within an account a trust policy that names the caller itself, and not its account, is enough.
    { type: 'identity-based policy', decision: direct && identity === 'none' ? 'allow' : identity },
    {
      type: 'permissions boundary',
      decision: direct && caller.kind === 'user' && boundary === 'none' ? 'allow' : boundary,
    },
    {
      type: 'session policy',
      decision: limit(caller.kind === 'session' ? caller.sessionPolicy : undefined, access),
    },
  ];
}

/** A policy that limits: where there is none, nothing is limited. */
function limit(policy: PolicyDocument | undefined, access: Access, principal?: Principal): Decision {
  return policy === undefined ? 'allow' : evaluate(policy, access, principal);
}

function namesCaller(
  access: Access,
  caller: Identity,
  role: AccountRole,
  principal: Extract<Principal, { kind: 'aws' }>,
): boolean {
  if (caller.account.id !== role.account.id) return false;
  return evaluate(role.trustPolicy, access, { ...principal, account: '', partition: '' }) === 'allow';
}

/**
 * Why a token's holder may not assume a role.
 * @returns undefined where it is allowed; an empty string where the trust policy does not allow it, which AWS does not show
 */
export function federatedDenialReason(
  { spec, vpcEndpointPolicy }: Policies,
  access: Access,
  principal: Principal,
  role: AccountRole,
): string | undefined {
  const rcp = organizationDecision(
    spec.organization,
    'resource_control_policy',
    role.account.id,
    access,
    principal,
  );
  const decisions: PolicyDecision[] = [
    { type: 'resource control policy', ...rcp },
    { type: 'VPC endpoint policy', decision: limit(vpcEndpointPolicy, access, principal) },
    { type: 'role trust policy', ofRole: true, decision: evaluate(role.trustPolicy, access, principal) },
  ];
  const denial =
    decisions.find(({ decision }) => decision === 'deny') ??
    decisions.find(({ decision }) => decision === 'none');
  if (denial === undefined) return undefined;
  return denial.ofRole ? '' : reasonOf(denial, access.action);
}

/** ` with an explicit deny in a session policy`, ` because no session policy allows the sts:AssumeRole action` */
function reasonOf({ type, decision, policyArn }: PolicyDecision, action: string): string {
  if (decision !== 'deny') return ` because no ${type} allows the ${action} action`;
  const arn = policyArn === undefined ? '' : `: ${policyArn}`;
  return ` with an explicit deny in ${articles[type]} ${type}${arn}`;
}
