import type { Effective } from './effective.ts';
import { expressionOf, type Value } from './expressions.ts';
import type { Fate } from './inputs.ts';

/** The new step, while it is being built. */
export class Draft {
  readonly fates = new Map<string, Fate>();
  readonly added = new Map<string, string>();
  readonly variables = new Map<string, string>();
  readonly decisions: string[] = [];
  readonly notes: string[] = [];
  readonly theirs: Effective;
  /** Take this action's defaults where the other action has different ones. */
  readonly modern: boolean;

  constructor(theirs: Effective, modern: boolean) {
    this.theirs = theirs;
    this.modern = modern;
  }

  value(name: string): Value {
    return this.theirs.value(name);
  }

  isOn(name: string): boolean | 'open' {
    return this.theirs.isOn(name);
  }

  /** Whether the step itself names an input. */
  names(name: string): boolean {
    return this.theirs.names.includes(name);
  }

  /** Removes an input, wherever it came from. */
  remove(name: string, to?: string): void {
    if (this.names(name)) this.fates.set(name, { kind: 'remove' });
    if (to !== undefined) this.added.delete(to);
  }

  /** Writes an input of this action in the place of one of theirs. */
  write(name: string, to: string, value: string): void {
    if (this.names(name)) {
      this.fates.set(name, { kind: 'replace', to, value });
      this.added.delete(to);
    } else this.added.set(to, value);
  }

  /** Keeps a number; where it is 0, which meant "not given" there, it becomes `otherwise`. */
  keepPositive(name: string, to: string, otherwise: string): void {
    const value = this.value(name);
    if (value.kind === 'open' && value.mayBeZero && this.names(name))
      this.fates.set(name, { kind: 'otherwise', to, value: otherwise, asText: false });
  }

  /** Keeps the value of an input; where it is an expression that comes out empty, it becomes `otherwise`. */
  keep(name: string, to: string, otherwise: string | undefined): void {
    const value = this.value(name);
    const needed =
      value.kind === 'open' && (isBase(name, value.text) ? value.mayBeEmpty : value.couldBeEmpty);
    const fallback = needed ? otherwise : undefined;
    if (this.names(name) && this.theirs.variableOf(name) === undefined) {
      const asText = value.kind === 'open' && value.nullable;
      this.fates.set(
        name,
        fallback === undefined ? { kind: 'rename', to } : { kind: 'otherwise', to, value: fallback, asText },
      );
      return;
    }
    const variable = this.theirs.variableOf(name);
    if (variable !== undefined) this.write(name, to, fromVariable(variable, fallback));
  }
}

/**
 * Keys count as given, unless the file says that they may be left out: if a secret is missing, its author wants an
 * error. A session token from another step comes with the keys of that step.
 */
const isBase = (name: string, text: string): boolean =>
  ['aws-access-key-id', 'aws-secret-access-key'].includes(name) ||
  (name === 'aws-session-token' && /\b(steps|needs)\b/i.test(text));

const fromVariable = (variable: string, otherwise: string | undefined): string =>
  `\${{ env.${variable}${otherwise === undefined ? '' : ` || '${otherwise}'`} }}`;

/** How an expression is shown to people. */
export const shown = (value: Value): string =>
  value.kind === 'absent' ? '' : (expressionOf(value.text) ?? value.text.trim());
