import { withResources } from './cloudformation.ts';
import { list, statementsOf } from './policy.ts';
import { roleArn, type AccountSpec, type AwsSpec, type PolicyDocument } from './spec.ts';
import type { Resource } from './template.ts';

/** What an update of a stack does to its account. */

/**
 * The account after an update of a stack: what the stack no longer has is removed, unless the template retains it.
 * @throws Error for what IAM would refuse
 */
export function accountAfter(
  account: AccountSpec,
  { before, after }: { readonly before: readonly Resource[]; readonly after: readonly Resource[] },
  spec: AwsSpec,
): AccountSpec {
  const gone = before.filter(
    (one) => !one.isRetained || after.some(({ logicalId }) => logicalId === one.logicalId),
  );
  const names = gone.map(({ properties }) => properties['RoleName']);
  const urls = gone.map(({ properties }) => properties['Url']);
  const { roles = [], oidcProviders = [] } = account;
  const rest = {
    ...account,
    roles: roles.filter(({ name }) => !names.includes(name)),
    oidcProviders: oidcProviders.filter(({ url }) => !urls.includes(url)),
  };
  for (const resource of after) checkResource(resource, rest, spec);
  return withResources(rest, after);
}

/** @throws Error for what IAM would refuse: what exists, and policies and principals that do not */
function checkResource({ properties }: Resource, account: AccountSpec, spec: AwsSpec): void {
  const { Url, ManagedPolicyArns, AssumeRolePolicyDocument } = properties;
  if (account.oidcProviders?.some(({ url }) => url === Url))
    throw new Error(`Provider with url ${String(Url)} already exists.`);
  for (const arn of (ManagedPolicyArns ?? []) as string[]) {
    const exists = arn.includes(':iam::aws:') || account.managedPolicies?.some((one) => one.arn === arn);
    if (!exists) throw new Error(`Policy ${arn} does not exist or is not attachable.`);
  }
  const trust = AssumeRolePolicyDocument as PolicyDocument | undefined;
  for (const { Principal } of trust === undefined ? [] : statementsOf(trust))
    for (const name of typeof Principal === 'object' ? list(Principal['AWS']) : []) {
      const isKnown = spec.accounts.some((one) => one.roles?.some((role) => roleArn(one, role) === name));
      if (name.includes(':role/') && !isKnown)
        throw new Error(`Invalid principal in policy: "AWS":"${name}"`);
    }
}
