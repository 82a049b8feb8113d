import { callerOf, isOrganizations, principalOf } from './caller.ts';
import { json, shell, text, type FailureContext, type Part } from './explanation.ts';
import { actionsOf, isInexact, permissionStatements, policy, type Statement } from './statements.ts';

/** What the caller needs to be allowed, and how to allow it. */

/** `role hub of account 111111111111`, for a sentence. */
export function principalInWords(context: FailureContext): string {
  const principal = principalOf(context);
  if (!principal) return callerOf(context);
  const { kind, name, accountId } = principal;
  return kind === 'other' ? name : `${kind} ${name} of account ${accountId}`;
}

/** What the caller needs to be allowed. Organizations knows no roles. */
function permissions(context: FailureContext): readonly Statement[] {
  const actions = actionsOf(context);
  return isOrganizations(context)
    ? [{ Effect: 'Allow', Action: actions, Resource: '*' }]
    : permissionStatements(context.roles, actions);
}

/** The statements of {@link permissions} to add to a policy. */
export const permissionJson = (context: FailureContext): Part[] => [
  ...permissions(context).map(json),
  ...inexactNote(context),
];

const inexactNote = (context: FailureContext): Part[] =>
  isInexact(permissions(context)) ? [text(tooManyRoles)] : [];

const tooManyRoles =
  'The roles do not all fit into a policy, so this one allows their names in every account. To allow fewer, add a condition on aws:ResourceOrgID.';

/** The command that shows, or changes, something of the calling role or user. */
export const ofCaller = (context: FailureContext, verb: 'get' | 'put', more: string): string[] => {
  const principal = principalOf(context);
  if (!principal || principal.kind === 'other') return [];
  const { kind, name } = principal;
  return [
    verb === 'get'
      ? `aws iam get-${kind} --${kind}-name ${name} ${more}`
      : `aws iam put-${kind}-policy --${kind}-name ${name} ${more}`,
  ];
};

/** The policy for the caller's permissions, and how to attach it. */
export function permissionParts(context: FailureContext): Part[] {
  const file = isOrganizations(context) ? 'read-organization' : 'assume-role';
  const document = policy(...permissions(context));
  return [
    text(`Attach this policy to ${principalInWords(context)}:`),
    json(document),
    ...inexactNote(context),
    ...attachment(context, file, JSON.stringify(document).length).map((one) => shell(one)),
  ];
}

/** Characters of the inline policies of a user (IAM quotas). */
const mostOfUser = 2_048;

function attachment(context: FailureContext, file: string, length: number): string[] {
  const principal = principalOf(context);
  if (principal?.kind !== 'user' || length <= mostOfUser)
    return ofCaller(context, 'put', `--policy-name ${file} --policy-document file://${file}.json`);
  const { name, arn } = principal;
  const policyArn = arn.replace(/:user\/.*/, `:policy/${file}`);
  return [
    `aws iam create-policy --policy-name ${file} --policy-document file://${file}.json`,
    `aws iam attach-user-policy --user-name ${name} --policy-arn ${policyArn}`,
  ];
}

/** In the policy of an endpoint, principals are named by a condition (AWS PrivateLink Guide, "Endpoint policies"). */
function endpointStatements(context: FailureContext): readonly Statement[] {
  const principal = principalOf(context)?.arn;
  const condition = principal === undefined ? {} : { ArnEquals: { 'aws:PrincipalArn': principal } };
  return permissions(context).map((one) => {
    const both = { ...(one['Condition'] as object | undefined), ...condition };
    return { ...one, Principal: '*', ...(Object.keys(both).length > 0 ? { Condition: both } : {}) };
  });
}

/** The statements for the policy of a VPC endpoint. */
export const endpointJson = (context: FailureContext): Part[] => [
  ...endpointStatements(context).map(json),
  ...inexactNote(context),
];
