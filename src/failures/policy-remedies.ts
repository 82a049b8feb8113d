import { endpointOf } from '../aws/sts-endpoint.ts';
import { deniedAction, isOrganizations, principalOf, roleName, rolesInWords } from './caller.ts';
import { endpointJson, ofCaller, permissionJson, permissionParts, principalInWords } from './permissions.ts';
import type { PolicyKind } from './denial.ts';
import { callerNote, callerPlaceholder, externalIdNote, pathNote } from './notes.ts';
import { json, shell, text, type FailureContext, type Part } from './explanation.ts';
import { actionsOf, needsExternalId, trustStatement } from './statements.ts';
import { replaceTrust, showTrust } from './trust-commands.ts';

/** Each kind of policy that can deny a request: where it is, who may change it, and what it must allow. */

interface Remedy {
  /** `the trust policy of role customer of account 222222222222` */
  readonly where: (context: FailureContext) => string;
  readonly owner: (context: FailureContext) => string;
  /** AWS CLI commands that show the policy. */
  readonly show: (context: FailureContext) => readonly string[];
  /** What to add, and how. Empty where no statement can help. */
  readonly paste: (context: FailureContext) => readonly Part[];
}

const principalArn = (context: FailureContext): string => principalOf(context)?.arn ?? callerPlaceholder;

const callersAccount = (context: FailureContext): string => {
  const account = principalOf(context)?.accountId;
  return account === undefined ? "the caller's account" : `account ${account}`;
};
const rolesAccounts = ({ roles: [first, ...more] }: FailureContext): string =>
  more.length === 0 ? `account ${first.accountId}` : 'the accounts of the roles';
const administrators = (): string => "the organization's administrators";

const trustPolicy: Remedy = {
  where: ({ roles }) => `the trust policy of ${rolesInWords(roles)}`,
  owner: rolesAccounts,
  show: (context) => [showTrust(roleName(context))],
  paste: trustParts,
};

/** The statement for the trust policy, and how to put it there. */
export function trustParts(context: FailureContext): Part[] {
  const { hop } = context;
  const principal = principalOf(context);
  const withExternalId = needsExternalId(hop, deniedAction(context), principal?.accountId);
  const statement = trustStatement(principalArn(context), actionsOf(context), withExternalId);
  const name = roleName(context);
  return [
    text(`Add this to "Statement" in ${trustPolicy.where(context)}:`),
    json(statement),
    ...(withExternalId ? [text(externalIdNote(context))] : []),
    ...(principal === undefined ? [text(callerNote)] : []),
    ...(principal?.pathUnknown ? [text(pathNote(principal))] : []),
    shell(`${showTrust(name)} > trust.json`, '# add the statement to trust.json, then:', replaceTrust(name)),
  ];
}

const boundaryPart = (context: FailureContext): Part[] => [
  text(`Add this to "Statement" in the permissions boundary of ${principalInWords(context)}:`),
  ...permissionJson(context),
  shell(
    'aws iam create-policy-version --policy-arn BOUNDARY-ARN --policy-document file://boundary.json --set-as-default',
  ),
];

const control = (filter: string, account: string | undefined): string =>
  `aws organizations list-policies-for-target --target-id ${account ?? 'ACCOUNT-ID'} --filter ${filter}`;

/** One row for each kind. */
export const remedies: Record<PolicyKind, Remedy> = {
  'role trust policy': trustPolicy,
  // To STS, a role's trust policy is its resource-based policy.
  'resource-based policy': trustPolicy,
  'identity-based policy': {
    where: (context) => `the identity-based policies of ${principalInWords(context)}`,
    owner: callersAccount,
    show: (context) => [
      `aws iam simulate-principal-policy --policy-source-arn ${principalArn(context)} --action-names ${actionsOf(context).join(' ')}${isOrganizations(context) ? '' : ` --resource-arns ${context.hop.role.text}`}`,
    ],
    paste: permissionParts,
  },
  'permissions boundary': {
    where: (context) => `the permissions boundary of ${principalInWords(context)}`,
    owner: callersAccount,
    show: (context) => {
      const kind = principalOf(context)?.kind === 'user' ? 'User' : 'Role';
      return ofCaller(context, 'get', `--query ${kind}.PermissionsBoundary`);
    },
    paste: boundaryPart,
  },
  'session policy': {
    where: () => "the caller's session policy",
    owner: () => 'the creator of that session',
    show: () => [
      'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole',
    ],
    paste: (context) => [
      text('Add this to "Statement" in that session policy, or create the session without a session policy:'),
      ...permissionJson(context),
    ],
  },
  'service control policy': {
    where: (context) => `a service control policy (SCP) for ${callersAccount(context)}`,
    owner: administrators,
    show: (context) => [control('SERVICE_CONTROL_POLICY', principalOf(context)?.accountId)],
    paste: (context) => [
      text(`Add this to "Statement" in a service control policy that applies to ${callersAccount(context)}:`),
      ...permissionJson(context),
    ],
  },
  'resource control policy': {
    where: (context) => `a resource control policy (RCP) for ${rolesAccounts(context)}`,
    owner: administrators,
    show: ({ hop }) => [control('RESOURCE_CONTROL_POLICY', hop.role.accountId)],
    // The only Allow in resource control policies is the one of RCPFullAWSAccess, which AWS manages.
    paste: (context) => [
      text(
        `Only the policy RCPFullAWSAccess, which AWS manages, allows anything here. Attach it again to ${rolesAccounts(context)}:`,
      ),
      shell(
        `aws organizations attach-policy --policy-id p-RCPFullAWSAccess --target-id ${context.roles.length === 1 ? context.hop.role.accountId : 'ACCOUNT-ID'}`,
      ),
    ],
  },
  'VPC endpoint policy': {
    where: ({ plan }) => `the policy of the VPC endpoint for STS in ${endpointOf(plan.sts).signingRegion}`,
    owner: () => "the owner of the runner's network",
    show: ({ plan }) => {
      const { signingRegion: region } = endpointOf(plan.sts);
      return [
        `aws ec2 describe-vpc-endpoints --region ${region} --filters Name=service-name,Values=com.amazonaws.${region}.sts --query 'VpcEndpoints[].[VpcEndpointId,PolicyDocument]'`,
      ];
    },
    paste: (context) => [
      text('Add this to "Statement" in the policy of the VPC endpoint:'),
      ...endpointJson(context),
      shell(
        'aws ec2 modify-vpc-endpoint --vpc-endpoint-id ENDPOINT-ID --policy-document file://endpoint.json',
      ),
    ],
  },
};
