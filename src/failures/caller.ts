import type { RoleArn } from '../aws/arn.ts';
import { adviceOn } from '../sources/sources.ts';
import { isOrganizationsOperation } from '../sts/errors.ts';
import { readDenial } from './denial.ts';
import type { Fact, FailureContext } from './explanation.ts';

/** Who called, and which role was meant, in the words that people look up. */

/** The caller for a sentence: its ARN where AWS or the chain names it. */
export function callerOf({ failure, answer, plan }: FailureContext): string {
  const named = readDenial(answer, failure.attempt)?.caller ?? failure.attempt.callerArn;
  if (named !== undefined) return named;
  return adviceOn(plan.base).caller;
}

/** The caller as a policy names it. */
export interface Principal {
  readonly arn: string;
  readonly accountId: string;
  readonly kind: 'role' | 'user' | 'other';
  /** Name of the role or user. */
  readonly name: string;
  /** Whether the role may have a path that is not known: the ARN of a session omits it (IAM User Guide, identifiers). */
  readonly pathUnknown: boolean;
}

/** The principal to allow; undefined where nothing names the caller. */
export function principalOf(context: FailureContext): Principal | undefined {
  if (context.caller) return rolePrincipal(context.caller.role);
  const caller = callerOf(context);
  const [, partition, accountId, name] =
    /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(caller) ?? [];
  if (partition && accountId && name) {
    const arn = `arn:${partition}:iam::${accountId}:role/${name}`;
    return { arn, accountId, kind: 'role', name, pathUnknown: true };
  }
  const [, account, user] = /^arn:[a-z-]+:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/.exec(caller) ?? [];
  if (account && user)
    return { arn: caller, accountId: account, kind: 'user', name: user, pathUnknown: false };
  const [, other] = /^arn:[a-z-]+:[a-z-]+:[^:]*:(\d{12}):/.exec(caller) ?? [];
  return other
    ? { arn: caller, accountId: other, kind: 'other', name: caller, pathUnknown: false }
    : undefined;
}

const rolePrincipal = ({ text, accountId, name }: RoleArn): Principal => ({
  arn: text,
  accountId,
  kind: 'role',
  name,
  pathUnknown: false,
});

/** `role customer of account 222222222222`; of several: `role customer of 12 accounts`, or `12 roles`. */
export function rolesInWords(roles: readonly [RoleArn, ...RoleArn[]]): string {
  const [first] = roles;
  if (roles.length === 1) return `role ${first.name} of account ${first.accountId}`;
  const accounts = new Set(roles.map(({ accountId }) => accountId)).size;
  const sameName = roles.every(({ name, path }) => name === first.name && path === first.path);
  return sameName && accounts === roles.length
    ? `role ${first.name} of ${accounts} accounts`
    : `${roles.length} roles`;
}

/** For a command: the name that all of them have. */
export const roleName = ({ roles: [first, ...more] }: Pick<FailureContext, 'roles'>): string =>
  more.every(({ name }) => name === first.name) ? first.name : 'ROLE-NAME';

/** `Hop 2 of 3: `, where there is more than one. */
export function hopPrefix({ plan, index, failure }: FailureContext): string {
  return plan.hops.length > 1 && failure.attempt.hop ? `Hop ${index} of ${plan.hops.length}: ` : '';
}

/** What was requested, by whom, where. */
export function requestFacts(context: FailureContext): Fact[] {
  const { failure, plan, roles } = context;
  const { operation, hop, subject } = failure.attempt;
  const place = hop && hop.of > 1 ? ` (hop ${hop.index} of ${hop.of})` : '';
  const target = subject === undefined ? '' : ` of ${subject}`;
  const asked: Fact[] = [
    ['request', `${operation}${target}${place}`],
    ['caller', callerOf(context)],
  ];
  if (isOrganizations(context)) return asked;
  return [
    ...asked,
    ['role', roles.length === 1 ? roles[0].text : rolesInWords(roles)],
    ['region', plan.sts.region],
  ];
}

/** The caller as the first word of a sentence, after the hop where there are several. */
export function callerFirst(context: FailureContext): string {
  const [prefix, caller] = [hopPrefix(context), callerOf(context)];
  return prefix === '' && !caller.startsWith('arn:')
    ? caller.charAt(0).toUpperCase() + caller.slice(1)
    : prefix + caller;
}

/** Whether the request was one to AWS Organizations. */
export const isOrganizations = ({ failure }: FailureContext): boolean =>
  isOrganizationsOperation(failure.attempt.operation);

/** What the external id of this hop is set by. */
export function externalIdInput({ surroundings: { list }, index, plan }: FailureContext): string {
  if (list === undefined || index < plan.hops.length) return 'the input external-id';
  return list === 'organization' ? 'the input account-external-id' : "external-id in the account's entry";
}

/** The action that was denied. */
export const deniedAction = ({ answer, failure }: FailureContext): string =>
  readDenial(answer, failure.attempt)?.action ?? 'sts:AssumeRole';
