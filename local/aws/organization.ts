import { evaluate, type Access, type Decision, type Principal } from './policy.ts';
import type { OrganizationPolicySpec, OrganizationSpec } from './spec.ts';

/** Policies of an organization: SCPs limit its identities, RCPs its resources (AWS Organizations User Guide). */

/** The decision of all policies of one type that apply to an account. */
export interface OrganizationDecision {
  readonly decision: Decision;
  /** The policy that denies explicitly. */
  readonly policyArn: string | undefined;
}

/** Whether an account belongs to an organization. */
export const isMember = (organization: OrganizationSpec | undefined, accountId: string): boolean =>
  organization?.members.some((member) => member.accountId === accountId) ?? false;

/**
 * Evaluates the SCPs or RCPs of an account: none at any level may deny, and at every level one must allow. The management
 * account is not restricted.
 * @param principal for RCPs, which have a Principal element
 */
export function organizationDecision(
  organization: OrganizationSpec | undefined,
  type: OrganizationPolicySpec['type'],
  accountId: string,
  access: Access,
  principal?: Principal,
): OrganizationDecision {
  const allowed = { decision: 'allow', policyArn: undefined } as const;
  if (organization === undefined || accountId === organization.managementAccountId) return allowed;
  if (!isMember(organization, accountId)) return allowed;
  const levels = levelsOf(organization, accountId).map((id) =>
    (organization.policies ?? []).filter((policy) => policy.type === type && policy.targets.includes(id)),
  );
  const decide = ({ document }: OrganizationPolicySpec): Decision => evaluate(document, access, principal);
  const denying = levels.flat().find((policy) => decide(policy) === 'deny');
  if (denying !== undefined) return { decision: 'deny', policyArn: policyArn(organization, denying) };
  const allows = levels.every(
    (policies) =>
      !policies.some(({ replacesFullAccess = false }) => replacesFullAccess) ||
      policies.some((policy) => decide(policy) === 'allow'),
  );
  return allows ? allowed : { decision: 'none', policyArn: undefined };
}

/** `arn:aws:organizations::111111111111:policy/o-…/service_control_policy/p-…` */
function policyArn({ id, managementAccountId }: OrganizationSpec, policy: OrganizationPolicySpec): string {
  return `arn:aws:organizations::${managementAccountId}:policy/${id}/${policy.type}/${policy.id}`;
}

/** The account's id, the ids of its units, and the root's. */
export function levelsOf({ members, units = [], rootId }: OrganizationSpec, accountId: string): string[] {
  const levels = [accountId];
  let parent = members.find((member) => member.accountId === accountId)?.parentId ?? rootId;
  while (parent !== rootId) {
    levels.push(parent);
    const unit = units.find(({ id }) => id === parent);
    if (unit === undefined) throw new Error(`The organization has no unit ${parent}`);
    parent = unit.parentId;
  }
  return [...levels, rootId];
}
