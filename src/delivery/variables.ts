import { secretVariables } from './secret-variables.ts';
import { clients, variableRules, type DeliveryKind, type VariableRule } from './variable-rules.ts';

/** What the table of variables means for one environment: what is blanked, and what is warned about. */

/** One variable and its new value. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

type Environment = Readonly<NodeJS.ProcessEnv>;

function applies(
  { name, value }: VariableRule,
  environment: Environment,
  accountId: string | undefined,
): boolean {
  const current = environment[name];
  switch (value) {
    case 'set':
      return current !== undefined && current !== '';
    case 'empty':
      return current === '';
    case 'other-account':
      return current !== undefined && current !== '' && accountId !== undefined && current !== accountId;
  }
}

const rulesFor = (kind: DeliveryKind, environment: Environment, accountId?: string): VariableRule[] =>
  variableRules.filter((rule) => rule.deliveries.includes(kind) && applies(rule, environment, accountId));

/** The variables to blank, so that later tools use what is delivered. @param accountId the delivered account */
export function blankedVariables(kind: DeliveryKind, environment: Environment, accountId?: string): Change[] {
  const names = rulesFor(kind, environment, accountId).flatMap(({ name, does }) =>
    does === 'warn' ? [] : [name],
  );
  return [...new Set(names)].map((name) => ({ name, value: '' }));
}

/**
 * Where a later tool will not use what is delivered, or will fail.
 * @param changes what the step exports: a variable that it sets anyway is not warned about
 */
export function variableWarnings(
  kind: DeliveryKind,
  environment: Environment,
  changes: readonly Change[],
  accountId?: string,
): string[] {
  const set = new Set(changes.flatMap(({ name, value }) => (value === '' ? [] : [name])));
  return rulesFor(kind, environment, accountId)
    .filter(({ name, does }) => does !== 'blank' && !set.has(name))
    .map((rule) => warningText(rule, environment[rule.name] ?? ''));
}

/** `a, b and c`. */
const inWords = new Intl.ListFormat('en-GB');

function warningText(
  { name, value, does, clients: who, effect, remedy }: VariableRule,
  current: string,
): string {
  const shown = secretVariables.has(name) || value !== 'set' ? '' : ` to ${JSON.stringify(current)}`;
  const state = value === 'empty' ? `${name} is empty` : `${name} is set${shown}`;
  const names = inWords.format(who.map((one) => clients[one]));
  const blanked = does === 'blank and warn' ? ' It is blanked.' : '';
  return `${state}. In ${names}, ${effect}.${blanked}${remedy === undefined ? '' : ` ${remedy}.`}`;
}
