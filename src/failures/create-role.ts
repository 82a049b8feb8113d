import { sessionSeconds } from '../aws/limits.ts';
import { shellWord } from '../text/shell.ts';
import { claimIn } from './claims.ts';
import { shell, text, type FailureContext, type Part } from './explanation.ts';
import { externalIdPlaceholder } from './statements.ts';
import { templateAddress } from './troubleshooting-link.ts';

/** The commands that create the role of this run from a template, for a first run that finds no role. */

/** The only issuer that the templates create a provider for. */
const issuer = 'token.actions.githubusercontent.com';
/** What the parameter Subjects of the templates accepts, without what would split or widen it. */
const acceptedSubject = /^repo:[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?:[^,*?]+$/;

/**
 * For the first role of a chain that starts from GitHub's OIDC token. Uses the template of the hub where more roles
 * follow. AWS does not say whether the role is absent or does not trust the token, so the commands are right for both.
 * @returns nothing for tokens of other issuers, and for subjects that the templates do not accept
 */
export function createRoleParts(context: FailureContext): Part[] {
  const { plan, hop } = context;
  const subject = claimIn(context, 'sub');
  if (claimIn(context, 'iss') !== `https://${issuer}` || !acceptedSubject.test(subject)) return [];
  const next = plan.hops[1]?.role;
  const template = next === undefined ? 'direct.yaml' : 'hub.yaml';
  const { role, durationSeconds } = hop;
  const parameters = {
    Subjects: subject,
    RoleName: role.name,
    RolePath: role.path === '/' ? undefined : role.path,
    MaxSessionSeconds: durationSeconds > sessionSeconds.usual ? String(durationSeconds) : undefined,
    CustomerRolePattern: next && `${next.path.slice(1)}${next.name}`,
  };
  return [
    text(
      `If role ${role.name} does not exist, these commands create it, and the identity provider if there is none. If they created it before, they replace the subjects that it admits. Run them as an administrator of ${context.roles.length === 1 ? `account ${role.accountId}` : 'each account'}:`,
    ),
    shell(
      download(context, template),
      `provider=$(aws iam list-open-id-connect-providers --region ${plan.sts.region} --output text --query "OpenIDConnectProviderList[?ends_with(Arn, '/${issuer}')].Arn")`,
      `${deploy(context, template, parameters)} ExistingProviderArn="$provider"`,
    ),
  ];
}

/**
 * For a role of another account than its caller's, whose administrator creates it: AWS answers alike where it does not exist.
 * @returns nothing for callers that are no role, and for accounts of an organization, where a stack set creates the roles
 */
export function createCustomerRoleParts(context: FailureContext): Part[] {
  const { hop, caller, roles, surroundings } = context;
  const template = 'customer.yaml';
  const { role } = hop;
  if (caller === undefined || roles.length > 1 || surroundings.list === 'organization') return [];
  if (caller.role.accountId === role.accountId) return [];
  const parameters = {
    HubAccountId: caller.role.accountId,
    HubRoleName: `${caller.role.path.slice(1)}${caller.role.name}`,
    ExternalId: externalIdPlaceholder,
    RoleName: role.name,
    RolePath: role.path,
  };
  return [
    text(
      `If role ${role.name} does not exist, these commands create it. An administrator of account ${role.accountId} runs them:`,
    ),
    shell(download(context, template), deploy(context, template, parameters)),
  ];
}

const download = ({ surroundings }: FailureContext, template: string): string =>
  `curl -fsSLO ${templateAddress(template, surroundings.environment)}`;

/** @param parameters those that are undefined have a default */
function deploy(
  { plan, hop: { role } }: FailureContext,
  template: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const words = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shellWord(value)}`],
  );
  return `aws cloudformation deploy --stack-name ${stackName(role.name)} --region ${plan.sts.region} --template-file ${template} --capabilities CAPABILITY_NAMED_IAM --parameter-overrides ${words.join(' ')}`;
}

/** A letter, then letters, digits and hyphens, 128 at most (AWS CloudFormation API Reference, CreateStack). */
const stackName = (role: string): string =>
  role
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replace(/^[^A-Za-z]*/, (start) => (start === '' ? '' : `role${start}`));
