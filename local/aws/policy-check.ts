import { checkOperator, NotEvaluated } from './conditions.ts';
import { list, statementsOf } from './policy.ts';
import type { AccountSpec, PolicyDocument, PolicyStatement, RoleSpec, AwsSpec } from './spec.ts';

/** What IAM refuses to save, and what the evaluator here does not know: both must fail early, never pass for true. */

const common = ['Sid', 'Effect', 'Action', 'Condition'];
const allowed = {
  trust: [...common, 'Principal'],
  permissions: [...common, 'NotAction', 'Resource', 'NotResource'],
} as const;

/** A role's trust policy, or a policy that gives permissions: an identity's or a session's. */
export type PolicyKind = keyof typeof allowed;

/**
 * Checks a document against IAM's grammar (IAM User Guide, "Grammar of the IAM JSON policy language").
 * @throws Error with the first fault; NotEvaluated where that is only unknown here: some operators, policy variables
 */
export function checkPolicy(policy: PolicyDocument, kind: PolicyKind): void {
  const { Version: version = '2008-10-17' } = policy;
  const strange = Object.keys(policy).find((field) => !['Version', 'Id', 'Statement'].includes(field));
  if (strange !== undefined) throw new Error(`A policy holds ${strange}`);
  if (!['2008-10-17', '2012-10-17'].includes(version)) throw new Error(`A policy has the version ${version}`);
  const statements = statementsOf(policy);
  if (statements.length === 0) throw new Error('A policy has no statement');
  for (const statement of statements) checkStatement(statement, kind);
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  const strange = Object.keys(statement).find((field) => !allowed[kind].includes(field));
  if (strange !== undefined)
    throw new Error(`A ${kind} policy holds ${strange}, which is not evaluated here`);
  if (!['Allow', 'Deny'].includes(statement.Effect))
    throw new Error(`A policy's effect is ${statement.Effect}`);
  if ((statement.Action === undefined) === (statement.NotAction === undefined))
    throw new Error('A statement needs Action, or NotAction');
  checkTexts('an action', statement.Action ?? statement.NotAction, /^(\*|(\*|[\w-]+):[\w*?]+)$/);
  if (kind === 'trust') checkPrincipal(statement);
  else if ((statement.Resource === undefined) === (statement.NotResource === undefined))
    throw new Error('A statement needs Resource, or NotResource');
  else checkTexts('a resource', statement.Resource ?? statement.NotResource, /^(\*|arn:.+)$/s);
  checkConditions(statement);
}

function checkConditions({ Condition: condition = {} }: PolicyStatement): void {
  // Only an object of objects is one; a text would be read letter by letter.
  if (typeof condition !== 'object') throw new Error('A condition is an object');
  for (const [operator, keys] of Object.entries(condition)) {
    checkOperator(operator);
    if (typeof keys !== 'object') throw new Error(`${operator} needs an object`);
    for (const [key, wanted] of Object.entries(keys)) checkValues(`${operator} of ${key}`, wanted);
  }
}

/** One text or a list of them, each in its form. The document may come from outside, so its types are looked at. */
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
  if (named === undefined) throw new Error('A trust policy names no principal');
  if (named === '*') return;
  if (typeof named === 'string') throw new Error('Of principals, only * stands alone');
  for (const [kind, names] of Object.entries(named)) {
    if (!['AWS', 'Federated', 'Service'].includes(kind))
      throw new Error(`Unknown kind of principal: ${kind}`);
    const wild = list(names).find((one) => one !== '*' && /[*?]/.test(one));
    if (wild !== undefined) throw new Error(`A principal takes no wildcards: ${wild}`);
  }
}

/** @throws Error for a spec that AWS would not let come into being */
export function checkSpec({ accounts }: AwsSpec): void {
  for (const account of accounts) checkAccount(account);
  checkUnique(accounts.map(({ id }) => id));
  checkUnique(accounts.flatMap(({ users = [] }) => users.map(({ accessKeyId }) => accessKeyId)));
}

function checkAccount({ id, users = [], roles = [], oidcProviders = [] }: AccountSpec): void {
  if (!/^\d{12}$/.test(id)) throw new Error(`An account's id has 12 digits: ${id}`);
  for (const role of roles) checkRole(role);
  // Names are unique within an account whatever their case (IAM User Guide, "IAM identifiers").
  checkUnique(roles.map(({ name }) => name.toLowerCase()));
  for (const { permissions } of users) if (permissions) checkPolicy(permissions, 'permissions');
  const plain = oidcProviders.find(({ url }) => !url.startsWith('https://'));
  if (plain) throw new Error(`An identity provider's URL begins with https://: ${plain.url}`);
}

function checkRole({ name, path = '/', maxSessionSeconds = 3600, trustPolicy, permissions }: RoleSpec): void {
  if (!/^[A-Za-z0-9_+=,.@-]{1,64}$/.test(name)) throw new Error(`Not a role's name: ${name}`);
  if (!/^\/([!-~]+\/)?$/.test(path)) throw new Error(`Not a role's path: ${path}`);
  if (maxSessionSeconds < 3600 || maxSessionSeconds > 43_200)
    throw new Error(`A role's sessions last 3600 to 43200 seconds at most: ${maxSessionSeconds}`);
  checkPolicy(trustPolicy, 'trust');
  if (permissions) checkPolicy(permissions, 'permissions');
}

function checkUnique(names: readonly string[]): void {
  const again = names.find((name, place) => names.indexOf(name) !== place);
  if (again !== undefined) throw new Error(`${again} is there twice`);
}
