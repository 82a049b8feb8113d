/** GitHub expressions in the values of a workflow: what they are, whether they may come out empty, and how to combine them. */

/** What a step gives for an input, or a variable of its environment. */
export type Value =
  | { readonly kind: 'absent' }
  | { readonly kind: 'known'; readonly text: string }
  /** An expression decides it. `nullable` is set where its type is not text, so that `false` and "not given" must be told apart. */
  | {
      readonly kind: 'open';
      readonly text: string;
      readonly mayBeEmpty: boolean;
      readonly nullable: boolean;
      /** A number that is 0 where nobody gives it. */
      readonly mayBeZero: boolean;
    };

export const absent: Value = { kind: 'absent' };

/** What a name in an expression may be, as far as the file says. */
export interface Lookup {
  /** Whether `inputs.x`, `matrix.x`, … may come out empty. */
  mayBeEmpty(context: string, name: string): boolean;
  /** Whether it is a boolean or a number, which is not empty where it is false or 0. */
  isText(context: string, name: string): boolean;
  /** Whether it is a number that is 0 where nobody gives it. */
  mayBeZero(context: string, name: string): boolean;
}

/** Whether GitHub fills something in. */
export const isOpen = (text: string): boolean => text.includes('${{');

const whole = /^\s*\$\{\{((?:'[^']*'|[^'}]|\}(?!\}))*)\}\}\s*$/;

/** The expression that a text consists of, without `${{ }}`; undefined where there is more to it, or less. */
export const expressionOf = (text: string): string | undefined => whole.exec(text)?.[1]?.trim();

/** Reads a value as it is written. */
export function readValue(text: string, lookup: Lookup): Value {
  if (!isOpen(text)) return text.trim() === '' ? absent : { kind: 'known', text };
  const expression = expressionOf(text);
  const [context, name] = (expression === undefined ? undefined : pathIn(expression)) ?? [];
  const isNamed = context !== undefined && name !== undefined;
  return {
    kind: 'open',
    text,
    nullable: isNamed && !lookup.isText(context, name),
    mayBeZero: isNamed && lookup.mayBeZero(context, name),
    mayBeEmpty: expression !== undefined && mayBeEmpty(expression, lookup),
  };
}

/** Only what is certain: an expression that is not understood counts as one that has a value. */
export function mayBeEmpty(expression: string, lookup: Lookup): boolean {
  const alternatives = splitAt(expression, '||');
  const last = alternatives.at(-1)?.trim() ?? '';
  if (alternatives.length > 1) return mayBeEmpty(last, lookup);
  const operands = splitAt(last, '&&');
  if (operands.length > 1) return operands.some((one) => mayBeEmpty(one.trim(), lookup));
  if (last === "''") return true;
  const [context, name] = pathIn(last) ?? [];
  return context !== undefined && name !== undefined && lookup.mayBeEmpty(context, name);
}

/**
 * `inputs.x` and `inputs['x']`, as context and name; `github.event.inputs.x` has a context of three words, and
 * `matrix.x.y` a name of two.
 */
function pathIn(expression: string): [string, string] | undefined {
  const inMatrix = /^\(*\s*matrix\.([\w-]+(?:\.[\w-]+)+)\s*\)*$/i.exec(expression);
  if (inMatrix) return ['matrix', inMatrix[1] ?? ''];
  const path = /^\(*\s*([a-z]+(?:\.event\.inputs)?)\s*(?:\.\s*([\w-]+)|\[\s*'([\w-]+)'\s*\])\s*\)*$/i.exec(
    expression,
  );
  if (!path) return undefined;
  const [, context = '', name, quoted] = path;
  return [context.toLowerCase(), name ?? quoted ?? ''];
}

/** Splits at an operator outside of quotes and brackets. */
function splitAt(expression: string, operator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let begin = 0;
  let quoted = false;
  for (let index = 0; index < expression.length; index++) {
    const letter = expression[index] ?? '';
    if (letter === "'") quoted = !quoted;
    if (quoted) continue;
    if ('(['.includes(letter)) depth += 1;
    if (')]'.includes(letter)) depth -= 1;
    if (depth > 0 || !expression.startsWith(operator, index)) continue;
    parts.push(expression.slice(begin, index));
    begin = index + operator.length;
    index = begin - 1;
  }
  return [...parts, expression.slice(begin)];
}

/** A text as an expression writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A value as an operand: an expression without its `${{ }}`, a literal, or both put together by `format`. */
export function operand(value: Value): string {
  if (value.kind === 'absent') return "''";
  const expression = value.kind === 'open' ? expressionOf(value.text) : undefined;
  if (expression === undefined) return value.kind === 'open' ? formatted(value.text) : literal(value.text);
  return splitAt(expression, '||').length > 1 || splitAt(expression, '&&').length > 1
    ? `(${expression})`
    : expression;
}

/** `x-${{ y }}` as `format('x-{0}', y)`: an expression cannot hold another one. */
function formatted(text: string): string {
  const expressions: string[] = [];
  const parts = text.split(/(\$\{\{(?:'[^']*'|[^'}]|\}(?!\}))*\}\})/);
  const template = parts.map((part) => {
    const expression = expressionOf(part);
    if (expression === undefined) return part.replaceAll(/[{}]/g, '$&$&');
    return `{${expressions.push(expression) - 1}}`;
  });
  return `format(${[literal(template.join('')), ...expressions].join(', ')})`;
}

/** What must all be true for an expression to be true, without blanks. */
export const conditionsOf = (expression: string): string[] =>
  splitAt(expression, '||').length > 1
    ? []
    : splitAt(expression, '&&').map((one) => one.replaceAll(/\s/g, ''));

/** True where a value is `true`, whatever its type: `true == 'true'` is false in an expression. */
export const isTrue = (value: Value): string => `format('{0}', ${operand(value)}) == 'true'`;
