import { joined } from './cloudformation.ts';
import type { LiveAccount } from './live-accounts.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { roleArn, stableId, type AccountSpec, type PolicyDocument, type RoleSpec } from './spec.ts';
import { answerXml, element, leaf } from './xml.ts';

/**
 * The actions of IAM (API version 2010-05-08) that the pages and the explanations of failures have people call, with
 * IAM's own error codes. Changes take effect at once; AWS needs some seconds.
 */

type Action = (parameters: Parameters, account: LiveAccount) => string;

const noSuchEntity = (message: string): Refusal => new Refusal(404, 'NoSuchEntity', message);
const exists = (message: string): Refusal => new Refusal(409, 'EntityAlreadyExists', message);

const actions: Readonly<Record<string, Action>> = {
  ListOpenIDConnectProviders: (_, { current }) =>
    element(
      'OpenIDConnectProviderList',
      (current.oidcProviders ?? [])
        .map(({ url }) => element('member', leaf('Arn', providerArn(current, url))))
        .join(''),
    ),
  CreateOpenIDConnectProvider: (parameters, account) => {
    const url = parameters['Url'] ?? '';
    if (account.current.oidcProviders?.some((one) => one.url === url))
      throw exists(`Provider with url ${url} already exists.`);
    const clientIds = membersOf('ClientIDList', parameters);
    account.change((one) => ({ ...one, oidcProviders: [...(one.oidcProviders ?? []), { url, clientIds }] }));
    return leaf('OpenIDConnectProviderArn', providerArn(account.current, url));
  },
  GetRole: (parameters, { current }) => element('Role', roleXml(current, roleNamed(parameters, current))),
  UpdateAssumeRolePolicy: (parameters, account) => {
    const trustPolicy = documentIn('PolicyDocument', parameters);
    changeRole(parameters, account, (role) => ({ ...role, trustPolicy }));
    return '';
  },
  PutRolePolicy: (parameters, account) => {
    const added = documentIn('PolicyDocument', parameters);
    changeRole(parameters, account, (role) => ({
      ...role,
      permissions: joined(role.permissions === undefined ? [added] : [role.permissions, added]),
    }));
    return '';
  },
};

/** The names of all supported actions. */
export const iamActions: readonly string[] = Object.keys(actions);

/**
 * Answers a request of a caller who is allowed to make it.
 * @throws Refusal with IAM's code and message
 */
export function iamAnswer(
  action: string,
  parameters: Parameters,
  account: LiveAccount,
  requestId: string,
): string {
  return answerXml('iam', action, actions[action]?.(parameters, account) ?? '', requestId);
}

const providerArn = ({ partition = 'aws', id }: AccountSpec, url: string): string =>
  `arn:${partition}:iam::${id}:oidc-provider/${url.replace('https://', '')}`;

function roleNamed(parameters: Parameters, { roles = [] }: AccountSpec): RoleSpec {
  const name = parameters['RoleName'] ?? '';
  const role = roles.find((one) => one.name === name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

function changeRole(
  parameters: Parameters,
  account: LiveAccount,
  change: (role: RoleSpec) => RoleSpec,
): void {
  const { name } = roleNamed(parameters, account.current);
  refusingMalformed(() => {
    account.change((one) => ({
      ...one,
      roles: (one.roles ?? []).map((role) => (role.name === name ? change(role) : role)),
    }));
  });
}

/** The elements of a list, `Name.member.1` and so on. */
function membersOf(name: string, parameters: Parameters): string[] {
  const found: string[] = [];
  for (let place = 1; parameters[`${name}.member.${place}`] !== undefined; place++)
    found.push(parameters[`${name}.member.${place}`] ?? '');
  return found;
}

const documentIn = (name: string, parameters: Parameters): PolicyDocument =>
  refusingMalformed(() => JSON.parse(parameters[name] ?? '') as PolicyDocument);

function refusingMalformed<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new Refusal(400, 'MalformedPolicyDocument', error instanceof Error ? error.message : String(error));
  }
}

function roleXml(account: AccountSpec, role: RoleSpec): string {
  const arn = roleArn(account, role);
  return [
    leaf('Path', role.path ?? '/'),
    leaf('RoleName', role.name),
    leaf('RoleId', stableId('AROA', arn)),
    leaf('Arn', arn),
    leaf('CreateDate', '2026-11-23T12:00:00Z'),
    leaf('AssumeRolePolicyDocument', encodeURIComponent(JSON.stringify(role.trustPolicy))),
    leaf('MaxSessionDuration', String(role.maxSessionSeconds ?? 3600)),
  ].join('');
}
