import { conditionHolds, wildcard, type ConditionContext } from './conditions.ts';
import type { PolicyDocument, PolicyStatement, PolicyValue } from './spec.ts';

/** Evaluates IAM policies: explicit deny, then allow, else nothing (IAM User Guide, "Policy evaluation logic"). */

/** Who asks: a user, a session of a role, or the bearer of a token of an identity provider. */
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

/** One value or several, as text: JSON's `true` and 3600 stand for themselves. */
export const list = (value: PolicyValue | readonly PolicyValue[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat().map(String);

/** Every statement of a document. */
export const statementsOf = (policy: PolicyDocument): readonly PolicyStatement[] => [policy.Statement].flat();

/** What a document says about an access; `principal` undefined for a policy that belongs to the caller. */
export function evaluate(policy: PolicyDocument, access: Access, principal?: Principal): Decision {
  const speaking = statementsOf(policy).filter((statement) => speaks(statement, access, principal));
  if (speaking.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return speaking.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'none';
}

function speaks(
  statement: PolicyStatement,
  { action, resource, context }: Access,
  principal: Principal | undefined,
): boolean {
  const isAction = (one: string): boolean => wildcard(one, 'i').test(action);
  const isResource = (one: string): boolean => wildcard(one).test(resource);
  const acts = covers(statement.Action, statement.NotAction, isAction);
  // A trust policy names no resource: it is the role's own.
  const onIt = principal !== undefined || covers(statement.Resource, statement.NotResource, isResource);
  return (
    acts && onIt && (principal === undefined || names(statement, principal)) && holds(statement, context)
  );
}

type Names = string | readonly string[] | undefined;

function covers(these: Names, allBut: Names, matches: (one: string) => boolean): boolean {
  return allBut === undefined ? list(these).some(matches) : !list(allBut).some(matches);
}

function holds({ Condition = {} }: PolicyStatement, context: ConditionContext): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, key, list(wanted), context)),
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
