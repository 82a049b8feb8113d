import {
  callerFirst,
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
import { remedies } from './policy-remedies.ts';
import { claimIn } from './claims.ts';
import { issuerName, needsExternalId } from './statements.ts';

/** Denials with a reason: AWS says which kind of policy denied the request. */

type Effect = NonNullable<Denial['reason']>['effect'];

const isTrust = (policy: PolicyKind): boolean =>
  policy === 'role trust policy' || policy === 'resource-based policy';

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
  const which = policyArn === undefined ? where(context) : `the ${policy} ${policyArn}`;
  return report(
    // AWS's own words, so that a search for them finds the page.
    `Denied by ${policy}`,
    `${hopPrefix(context)}A Deny statement in ${which} denies ${action}${isTrust(policy) ? '' : onRoles(context)} to ${callerOf(context)}: ${owner(context)} must change it.`,
    {
      steps: [
        `who can fix it: ${owner(context)}. An Allow in another policy does not help against an explicit deny`,
        showStep(policyArn, show(context)),
        `find the Deny statement that covers ${action}, and ${exemption(context, policy)}`,
      ],
    },
  );
}

/** Policies of the caller itself cannot exempt it. A token is no principal with an ARN. */
function exemption(context: FailureContext, policy: PolicyKind): string {
  const ofCaller = ['identity-based policy', 'permissions boundary', 'session policy'].includes(policy);
  if (ofCaller && isOrganizations(context)) return 'remove this action from it';
  const byToken = context.failure.attempt.operation === 'AssumeRoleWithWebIdentity';
  if (ofCaller || (byToken && policy === 'VPC endpoint policy'))
    return `exempt ${rolesInWords(context.roles)} from it, for example with NotResource`;
  const key = byToken ? `${issuerName(claimIn(context, 'iss'))}:sub` : 'aws:PrincipalArn';
  return `exempt this caller from it, for example with a condition on ${key}`;
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
  const steps = isTrust(policy) ? trustSteps(context) : [];
  const sendsNone = steps.length > 0 && context.hop.externalId === undefined;
  const fix =
    policy === 'identity-based policy'
      ? 'attach a policy that allows it'
      : policy === 'resource control policy'
        ? 'attach RCPFullAWSAccess again'
        : 'add the missing statement';
  return report(
    `Missing from ${policy}`,
    `${hopPrefix(context)}No statement in ${where(context)} allows ${action}${isTrust(policy) ? '' : onRoles(context)} for ${callerOf(context)}${sendsNone ? ', and no external-id was sent: set it, or' : ':'} ${fix}.`,
    {
      steps: [
        ...steps,
        `who can fix it: ${owner(context)}`,
        showStep(undefined, show(context)),
        isOrganizations(context) ? readersStep : undefined,
      ],
      paste: paste(context),
    },
  );
}

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
  const isExplicit = effect === 'explicit';
  const what = `${action}${onRoles(context)}`;
  return report(
    'Denied by a policy',
    isExplicit
      ? `${hopPrefix(context)}A Deny statement denies ${what} to ${callerOf(context)}: find that statement, and exempt this request from it.`
      : `${callerFirst(context)} may not call ${what}: AWS's answer says which kind of policy must allow it.`,
    {
      steps: isExplicit
        ? [
            "the policy, if AWS's answer does not name it: an SCP, an RCP, a permissions boundary, a session policy, or a policy of the caller or of the role",
            'an Allow in another policy does not help against an explicit deny',
          ]
        : [],
    },
  );
}
