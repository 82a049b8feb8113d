import { checkOperator, conditionHolds, wildcard, type ConditionContext } from './conditions.ts';
import type { PolicyDocument, PolicyStatement, World } from './world.ts';

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

export type Verdict = 'allow' | 'deny' | 'none';

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

/** Every statement of a document. */
export const statementsOf = (policy: PolicyDocument): readonly PolicyStatement[] => [policy.Statement].flat();

/** What a document says about an access; `principal` undefined for a policy that belongs to the caller. */
export function evaluate(policy: PolicyDocument, access: Access, principal?: Principal): Verdict {
  const speaking = statementsOf(policy).filter((statement) => speaks(statement, access, principal));
  if (speaking.some(({ Effect }) => Effect === 'Deny')) return 'deny';
  return speaking.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'none';
}

function speaks(
  statement: PolicyStatement,
  { action, resource, context }: Access,
  principal: Principal | undefined,
): boolean {
  const acts = list(statement.Action).some((one) => wildcard(one, 'i').test(action));
  const onIt =
    principal !== undefined || list(statement.Resource).some((one) => wildcard(one).test(resource));
  return (
    acts && onIt && (principal === undefined || names(statement, principal)) && holds(statement, context)
  );
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

/** @throws Error when any policy of a world holds what the evaluator does not know */
export function checkWorld({ accounts }: World): void {
  for (const account of accounts) {
    for (const role of account.roles ?? []) {
      checkPolicy(role.trustPolicy);
      if (role.permissions) checkPolicy(role.permissions);
    }
    for (const user of account.users ?? []) if (user.permissions) checkPolicy(user.permissions);
  }
}

function checkPolicy(policy: PolicyDocument): void {
  const fields = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];
  for (const statement of statementsOf(policy)) {
    const strange = Object.keys(statement).find((field) => !fields.includes(field));
    if (strange) throw new Error(`A policy holds ${strange}, which is not evaluated here`);
    for (const operator of Object.keys(statement.Condition ?? {})) checkOperator(operator);
  }
}
