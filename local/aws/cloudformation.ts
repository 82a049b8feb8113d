import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountSpec, PolicyDocument, RoleSpec } from './spec.ts';
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
  const path = join(import.meta.dirname, '..', '..', 'templates', 'cloudformation', `${name}.yaml`);
  return withResources(account, evaluateTemplate(readFileSync(path, 'utf8'), parameters, account).resources);
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
