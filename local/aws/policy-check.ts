import { checkOperator, NotEvaluated } from './conditions.ts';
import { list, statementsOf } from './policy.ts';
import type {
  AccountSpec,
  AwsSpec,
  OrganizationSpec,
  PolicyDocument,
  PolicyStatement,
  RoleSpec,
} from './spec.ts';

/** Checks policies and specifications: what IAM refuses to save, and what is not evaluated here, must fail early. */

const common = ['Sid', 'Effect', 'Action', 'Condition'];
const allowed = {
  trust: [...common, 'Principal'],
  resource: [...common, 'NotAction', 'Principal', 'Resource', 'NotResource'],
  permissions: [...common, 'NotAction', 'Resource', 'NotResource'],
} as const;

/** A role's trust policy, another policy with a Principal (RCP, VPC endpoint), or one without (identity, session, SCP). */
export type PolicyKind = keyof typeof allowed;

/**
 * Checks a document against IAM's grammar (IAM User Guide, "Grammar of the IAM JSON policy language").
 * @throws Error with the first fault; NotEvaluated for what is valid but not evaluated here: some operators, variables
 */
export function checkPolicy(policy: PolicyDocument, kind: PolicyKind): void {
  const { Version: version = '2008-10-17' } = policy;
  const unknown = Object.keys(policy).find((field) => !['Version', 'Id', 'Statement'].includes(field));
  if (unknown !== undefined) throw new Error(`A policy has the unknown element ${unknown}`);
  if (!['2008-10-17', '2012-10-17'].includes(version)) throw new Error(`A policy has the version ${version}`);
  const statements = statementsOf(policy);
  if (statements.length === 0) throw new Error('A policy has no statement');
  for (const statement of statements) checkStatement(statement, kind);
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  const unknown = Object.keys(statement).find((field) => !allowed[kind].includes(field));
  if (unknown !== undefined) throw new Error(`A ${kind} policy has ${unknown}, which is not evaluated here`);
  if (!['Allow', 'Deny'].includes(statement.Effect))
    throw new Error(`A policy's effect is ${statement.Effect}`);
  if ((statement.Action === undefined) === (statement.NotAction === undefined))
    throw new Error('A statement needs Action, or NotAction');
  checkTexts('an action', statement.Action ?? statement.NotAction, /^(\*|(\*|[\w-]+):[\w*?]+)$/);
  if (kind !== 'permissions') checkPrincipal(statement);
  if (kind === 'trust') {
    checkConditions(statement);
    return;
  }
  if ((statement.Resource === undefined) === (statement.NotResource === undefined))
    throw new Error('A statement needs Resource, or NotResource');
  checkTexts('a resource', statement.Resource ?? statement.NotResource, /^(\*|arn:.+)$/s);
  checkConditions(statement);
}

function checkConditions({ Condition: condition = {} }: PolicyStatement): void {
  // A string would be read letter by letter.
  if (typeof condition !== 'object') throw new Error('A condition is an object');
  for (const [operator, keys] of Object.entries(condition)) {
    checkOperator(operator);
    if (typeof keys !== 'object') throw new Error(`${operator} needs an object`);
    for (const [key, wanted] of Object.entries(keys)) checkValues(`${operator} of ${key}`, wanted);
  }
}

/** One string or a list of them, each of a form. Documents come from outside, so their types are checked. */
function checkTexts(what: string, value: unknown, form: RegExp): void {
  const right = checkValues(what, value).every((one) => typeof one === 'string' && form.test(one));
  if (!right) throw new Error(`Not ${what}: ${JSON.stringify(value)}`);
}

function checkValues(what: string, value: unknown): unknown[] {
  const all = [value].flat();
  const plain = all.every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  if (all.length === 0 || !plain) throw new Error(`Not a value, or a list of values: ${what}`);
  if (all.some((one) => String(one).includes('${')))
    throw new NotEvaluated(`Policy variables are not evaluated here: ${what}`);
  return all;
}

function checkPrincipal({ Principal: named }: PolicyStatement): void {
  if (named === undefined) throw new Error('A statement needs Principal');
  if (named === '*') return;
  if (typeof named === 'string') throw new Error('Only * can be a principal by itself');
  for (const [kind, names] of Object.entries(named)) {
    if (!['AWS', 'Federated', 'Service'].includes(kind))
      throw new Error(`Unknown kind of principal: ${kind}`);
    const wild = list(names).find((one) => one !== '*' && /[*?]/.test(one));
    if (wild !== undefined) throw new Error(`A principal cannot have wildcards: ${wild}`);
  }
}

/** @throws Error for a specification that AWS would not allow */
export function checkSpec({ accounts, organization }: AwsSpec): void {
  if (organization) checkOrganization(organization);
  for (const account of accounts) checkAccount(account);
  checkUnique(accounts.map(({ id }) => id));
  checkUnique(accounts.flatMap(({ users = [] }) => users.map(({ accessKeyId }) => accessKeyId)));
}

function checkAccount({ id, users = [], roles = [], oidcProviders = [] }: AccountSpec): void {
  if (!/^\d{12}$/.test(id)) throw new Error(`Account ids have 12 digits: ${id}`);
  for (const role of roles) checkRole(role);
  // Names are unique within an account whatever their case (IAM User Guide, "IAM identifiers").
  checkUnique(roles.map(({ name }) => name.toLowerCase()));
  for (const { permissions, permissionsBoundary } of users)
    for (const policy of [permissions, permissionsBoundary]) if (policy) checkPolicy(policy, 'permissions');
  const plain = oidcProviders.find(({ url }) => !url.startsWith('https://'));
  if (plain) throw new Error(`An identity provider's URL begins with https://: ${plain.url}`);
}

function checkRole(role: RoleSpec): void {
  const { name, path = '/', maxSessionSeconds = 3600, trustPolicy } = role;
  if (!/^[A-Za-z0-9_+=,.@-]{1,64}$/.test(name)) throw new Error(`Not a role name: ${name}`);
  if (!/^\/([!-~]+\/)?$/.test(path)) throw new Error(`Not a role path: ${path}`);
  if (maxSessionSeconds < 3600 || maxSessionSeconds > 43_200)
    throw new Error(`MaxSessionDuration is 3600 to 43200: ${maxSessionSeconds}`);
  checkPolicy(trustPolicy, 'trust');
  for (const policy of [role.permissions, role.permissionsBoundary])
    if (policy) checkPolicy(policy, 'permissions');
}

function checkOrganization({ id, rootId, policies = [], units = [], members }: OrganizationSpec): void {
  if (!/^o-[a-z0-9]{10,32}$/.test(id)) throw new Error(`Not the id of an organization: ${id}`);
  if (!/^r-[a-z0-9]{4,32}$/.test(rootId)) throw new Error(`Not the id of a root: ${rootId}`);
  const wrong = units.find((unit) => !/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/.test(unit.id));
  if (wrong) throw new Error(`Not the id of an organizational unit: ${wrong.id}`);
  const parents = new Set([rootId, ...units.map((unit) => unit.id)]);
  const lost = [...units, ...members].find(({ parentId = rootId }) => !parents.has(parentId));
  if (lost) throw new Error(`The organization has no root or unit ${lost.parentId ?? ''}`);
  checkUnique(members.map(({ accountId }) => accountId));
  for (const { type, document } of policies)
    checkPolicy(document, type === 'service_control_policy' ? 'permissions' : 'resource');
}

function checkUnique(names: readonly string[]): void {
  const again = names.find((name, place) => names.indexOf(name) !== place);
  if (again !== undefined) throw new Error(`${again} is listed twice`);
}
