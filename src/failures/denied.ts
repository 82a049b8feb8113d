import {
  callerOf,
  deniedAction,
  hopPrefix,
  isOrganizations,
  principalOf,
  rolesInWords,
  externalIdInput,
} from './caller.ts';
import { readDenial, type Denial, type PolicyKind } from './denial.ts';
import { report, type Explainer, type FailureContext, type Report } from './explanation.ts';
import { readersStep } from './organizations-failure.ts';
import type { Title } from './titles.ts';
import { remedies } from './policy-remedies.ts';
import { needsExternalId } from './statements.ts';

/** Denials with a reason: AWS says which kind of policy denied the request. */

type Effect = NonNullable<Denial['reason']>['effect'];

/** A title for each class. AWS's own words, so that a search for them finds the page. */
const titles: Record<Effect, Record<PolicyKind, Title>> = {
  explicit: {
    'identity-based policy': 'Denied by identity-based policy',
    'resource-based policy': 'Denied by resource-based policy',
    'role trust policy': 'Denied by role trust policy',
    'permissions boundary': 'Denied by permissions boundary',
    'session policy': 'Denied by session policy',
    'service control policy': 'Denied by service control policy',
    'resource control policy': 'Denied by resource control policy',
    'VPC endpoint policy': 'Denied by VPC endpoint policy',
  },
  implicit: {
    'identity-based policy': 'Missing from identity-based policy',
    'resource-based policy': 'Missing from resource-based policy',
    'role trust policy': 'Missing from role trust policy',
    'permissions boundary': 'Missing from permissions boundary',
    'session policy': 'Missing from session policy',
    'service control policy': 'Missing from service control policy',
    'resource control policy': 'Missing from resource control policy',
    'VPC endpoint policy': 'Missing from VPC endpoint policy',
  },
};

/** Denials with a reason. Without one, the explainer of the request has the ordered list of causes. */
export const explainDenied: Explainer = (context) => {
  const denial = readDenial(context.answer, context.failure.attempt);
  if (denial?.reason === undefined) return undefined;
  const { effect, policy, policyArn } = denial.reason;
  if (policy === undefined) return unknownPolicy(context, denial, effect);
  return effect === 'explicit'
    ? explicitDeny(context, denial, policy, policyArn)
    : missingAllow(context, denial, policy);
};

/** ` on role x of account y`, where the request is about a role. */
export const onRoles = (context: FailureContext): string =>
  isOrganizations(context) || context.failure.attempt.roleArn === undefined
    ? ''
    : ` on ${rolesInWords(context.roles)}`;

function explicitDeny(
  context: FailureContext,
  { action }: Denial,
  policy: PolicyKind,
  policyArn: string | undefined,
): Report {
  const { where, owner, show } = remedies[policy];
  const which = policyArn === undefined ? where(context) : `${policyArn}, ${where(context)},`;
  return report(
    titles.explicit[policy],
    `${hopPrefix(context)}A Deny statement in ${which} denies ${action}${onRoles(context)} to ${callerOf(context)}: ${owner(context)} must change that statement.`,
    {
      steps: [
        `who can fix it: ${owner(context)}. An Allow in another policy does not help against an explicit deny`,
        showStep(policyArn, show(context)),
        `find the Deny statement that covers ${action}, and exempt this caller from it, for example with a condition on aws:PrincipalArn`,
      ],
    },
  );
}

/** The command that shows the policy: the one that AWS names, where it does. */
function showStep(arn: string | undefined, commands: readonly string[]): string | undefined {
  const id = arn === undefined ? undefined : /:organizations:.*\/(p-\w+)$/.exec(arn)?.[1];
  const own =
    id !== undefined
      ? [`aws organizations describe-policy --policy-id ${id}`]
      : arn?.includes(':iam:')
        ? [`aws iam list-policy-versions --policy-arn ${arn}`]
        : commands;
  return own.length === 0 ? undefined : `look at the policy: ${own.map((one) => `\`${one}\``).join(', ')}`;
}

function missingAllow(context: FailureContext, { action }: Denial, policy: PolicyKind): Report {
  const { where, owner, show, paste } = remedies[policy];
  const isTrust = policy === 'role trust policy' || policy === 'resource-based policy';
  return report(
    titles.implicit[policy],
    `${hopPrefix(context)}No statement in ${where(context)} allows ${action}${isTrust ? '' : onRoles(context)} for ${callerOf(context)}${missingExternalId(context, isTrust)}: add the statement below there.`,
    {
      steps: [
        ...(isTrust ? trustSteps(context) : []),
        `who can fix it: ${owner(context)}`,
        showStep(undefined, show(context)),
        isOrganizations(context) ? readersStep : undefined,
      ],
      paste: paste(context),
    },
  );
}

const missingExternalId = (context: FailureContext, isTrust: boolean): string =>
  isTrust && trustSteps(context).length > 0 && context.hop.externalId === undefined
    ? ', and no external-id was sent'
    : '';

/** A condition that is not met counts as a missing statement. */
function trustSteps(context: FailureContext): string[] {
  const { hop } = context;
  const action = deniedAction(context);
  if (action !== 'sts:AssumeRole' || !needsExternalId(hop, action, principalOf(context)?.accountId))
    return [];
  return [
    hop.externalId === undefined
      ? `if the trust policy names the caller and has a condition on sts:ExternalId, set ${externalIdInput(context)} to that value and leave the policy as it is`
      : `if the trust policy names the caller, compare its sts:ExternalId with ${externalIdInput(context)}, character by character`,
  ];
}

function unknownPolicy(context: FailureContext, { action }: Denial, effect: Effect): Report {
  const how = effect === 'explicit' ? 'An explicit deny' : 'A missing permission';
  return report(
    'Denied by a policy',
    `${hopPrefix(context)}${how} denies ${action}${onRoles(context)} to ${callerOf(context)}: AWS's answer says in which policy.`,
    {
      steps:
        effect === 'explicit' ? ['an Allow in another policy does not help against an explicit deny'] : [],
    },
  );
}
