import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMember, levelsOf } from './organization.ts';
import type { AccountSpec, AwsSpec, PolicyDocument, RoleSpec } from './spec.ts';
import { evaluateTemplate, type Parameters, type Resource } from './template.ts';

/**
 * Deploys a CloudFormation template of `templates/` to an account: the file that customers deploy, so that tests prove
 * what it allows.
 */

/**
 * The account with the resources of a template.
 * @param name of the file in `templates/cloudformation`, without its extension
 * @throws Error for parameters that are missing, unknown or invalid, and for what is not supported here
 */
export function deployed(name: string, parameters: Parameters, account: AccountSpec): AccountSpec {
  return withResources(account, evaluateTemplate(textOf(name), parameters, account).resources);
}

const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'templates', 'cloudformation', `${name}.yaml`), 'utf8');

/**
 * Deploys a template with a stack set that has service-managed permissions: its own template is deployed to the accounts of
 * its targets, but never to the management account (AWS CloudFormation User Guide, "StackSets and AWS Organizations").
 * @throws Error as `deployed`, and where there is no organization
 */
export function deployedStackSet(name: string, parameters: Parameters, spec: AwsSpec): AwsSpec {
  const { organization, accounts } = spec;
  const management = accounts.find(({ id }) => id === organization?.managementAccountId);
  if (!organization || !management) throw new Error('A stack set needs an organization');
  const { resources } = evaluateTemplate(textOf(name), parameters, management);
  const sets = resources.filter(({ type }) => type === 'AWS::CloudFormation::StackSet');
  const deployTo = (account: AccountSpec): AccountSpec => {
    if (account === management || !isMember(organization, account.id)) return account;
    const levels = levelsOf(organization, account.id);
    return sets
      .map(({ properties }) => stackSetOf(properties))
      .filter(({ targets }) => targets.some((id) => levels.includes(id)))
      .reduce(
        (to, { body, values }) => withResources(to, evaluateTemplate(body, values, to).resources),
        account,
      );
  };
  return { ...spec, accounts: accounts.map(deployTo) };
}

interface StackSet {
  readonly body: string;
  readonly values: Parameters;
  /** Ids of units, or of the root. */
  readonly targets: readonly string[];
}

function stackSetOf(properties: Readonly<Record<string, unknown>>): StackSet {
  if (properties['PermissionModel'] !== 'SERVICE_MANAGED')
    throw new Error('Only service-managed permissions are supported here');
  const given = properties['Parameters'] as { ParameterKey: string; ParameterValue: string }[];
  const groups = properties['StackInstancesGroup'] as {
    DeploymentTargets: { OrganizationalUnitIds: string[] };
  }[];
  return {
    body: properties['TemplateBody'] as string,
    values: Object.fromEntries(given.map((one) => [one.ParameterKey, one.ParameterValue])),
    targets: groups.flatMap(({ DeploymentTargets }) => DeploymentTargets.OrganizationalUnitIds),
  };
}

/** The account with these resources besides those that it has. */
export function withResources(account: AccountSpec, resources: readonly Resource[]): AccountSpec {
  const of = (type: string): Readonly<Record<string, unknown>>[] =>
    resources.filter((one) => one.type === type).map((one) => one.properties);
  return {
    ...account,
    roles: [...(account.roles ?? []), ...of('AWS::IAM::Role').map((one) => roleOf(one, account))],
    oidcProviders: [
      ...(account.oidcProviders ?? []),
      ...of('AWS::IAM::OIDCProvider').map(({ Url, ClientIdList }) => ({
        url: Url as string,
        clientIds: ClientIdList as string[],
      })),
    ],
  };
}

function roleOf(properties: Readonly<Record<string, unknown>>, account: AccountSpec): RoleSpec {
  const { RoleName, Path, MaxSessionDuration, AssumeRolePolicyDocument, Policies } = properties;
  const inline = ((Policies ?? []) as { PolicyDocument: PolicyDocument }[]).map((one) => one.PolicyDocument);
  const attached = ((properties['ManagedPolicyArns'] ?? []) as string[]).flatMap(
    (arn) => account.managedPolicies?.find((one) => one.arn === arn)?.document ?? [],
  );
  return {
    name: RoleName as string,
    ...(Path === undefined ? {} : { path: Path as string }),
    maxSessionSeconds: Number(MaxSessionDuration),
    trustPolicy: AssumeRolePolicyDocument as PolicyDocument,
    permissions: joined([needsNoPermission, ...inline, ...attached]),
  };
}

/** What a role without policies may do. */
const needsNoPermission: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' },
};

/** One policy with the statements of several. */
export function joined(policies: readonly PolicyDocument[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: policies.flatMap(({ Statement }) => Statement) };
}
