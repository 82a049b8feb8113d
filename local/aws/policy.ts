import { isOperatorMet, wildcard, type ConditionContext } from './conditions.ts';
import type { PolicyDocument, PolicyStatement, PolicyValue } from './spec.ts';

/** Evaluates one policy document: an explicit deny wins, then an allow (IAM User Guide, "Policy evaluation logic"). */

/** The caller: a user, a session of a role, or the holder of an identity provider's token. */
export type Principal =
  | {
      readonly kind: 'aws';
      readonly account: string;
      readonly partition: string;
      readonly arns: readonly string[];
    }
  | { readonly kind: 'federated'; readonly provider: string };

/** One action on one resource. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

export type Decision = 'allow' | 'deny' | 'none';

/** One value or several, as strings: `true` and 3600 of JSON too. */
export const list = (value: PolicyValue | readonly PolicyValue[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat().map(String);

/** Every statement of a document. */
export const statementsOf = (policy: PolicyDocument): readonly PolicyStatement[] => [policy.Statement].flat();

/**
 * Evaluates a document.
 * @param principal undefined for policies without a Principal element: those of the caller, and SCPs
 * @returns `none` where no statement applies
 */
export function evaluate(policy: PolicyDocument, access: Access, principal?: Principal): Decision {
  const applicable = statementsOf(policy).filter((statement) => applies(statement, access, principal));
  if (applicable.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return applicable.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'none';
}

function applies(
  statement: PolicyStatement,
  { action, resource, context }: Access,
  principal: Principal | undefined,
): boolean {
  const isAction = (one: string): boolean => wildcard(one, 'i').test(action);
  const isResource = (one: string): boolean => wildcard(one).test(resource);
  const { Action, NotAction, Resource, NotResource } = statement;
  // A trust policy has no Resource: it belongs to its role.
  const isTrust = principal !== undefined && Resource === undefined && NotResource === undefined;
  return (
    covers(Action, NotAction, isAction) &&
    (isTrust || covers(Resource, NotResource, isResource)) &&
    (principal === undefined || names(statement, principal)) &&
    isConditionMet(statement, context)
  );
}

type Names = string | readonly string[] | undefined;

function covers(included: Names, excluded: Names, matches: (one: string) => boolean): boolean {
  return excluded === undefined ? list(included).some(matches) : !list(excluded).some(matches);
}

function isConditionMet({ Condition = {} }: PolicyStatement, context: ConditionContext): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => isOperatorMet(operator, key, list(wanted), context)),
  );
}

function names({ Principal: named }: PolicyStatement, principal: Principal): boolean {
  if (named === undefined) return false;
  if (named === '*') return true;
  if (principal.kind === 'federated') return list(named['Federated']).includes(principal.provider);
  const { account, partition, arns } = principal;
  const wide = ['*', account, `arn:${partition}:iam::${account}:root`];
  return list(named['AWS']).some((one) => wide.includes(one) || arns.includes(one));
}
