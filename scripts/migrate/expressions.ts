/**
 * GitHub expressions in the values of a workflow: what they are, whether they may be empty, and how to combine them.
 */

/** What a step gives for an input, or a variable of its environment. */
export type Value =
  | { readonly kind: 'absent' }
  | { readonly kind: 'known'; readonly text: string }
  /**
   * An expression decides it. `nullable` is set where its type is not text, so that `false` and "not given" must be
   * distinguished.
   */
  | {
      readonly kind: 'open';
      readonly text: string;
      /** The file says that somebody may leave it out. */
      readonly mayBeEmpty: boolean;
      /** Nothing in the file gives it a value: a variable of the repository, an output. True where `mayBeEmpty` is. */
      readonly couldBeEmpty: boolean;
      readonly nullable: boolean;
      /** A number that is 0 where nobody gives it. */
      readonly mayBeZero: boolean;
    };

export const absent: Value = { kind: 'absent' };

/** What a name in an expression may be, as far as the file says. */
export interface Lookup {
  /** Whether `inputs.x`, `matrix.x`, … may be empty. */
  mayBeEmpty(context: string, name: string): boolean;
  /** Whether the file gives `inputs.x`, `matrix.x`, … a value in every run. */
  hasValue(context: string, name: string): boolean;
  /** Whether it is neither a boolean nor a number, which are not empty if they are false or 0. */
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
  const isParsed = expression !== undefined && /^\(*\s*fromJSON\s*\(/i.test(expression);
  return {
    kind: 'open',
    text,
    nullable: isParsed || (isNamed && !lookup.isText(context, name)),
    mayBeZero: isNamed && lookup.mayBeZero(context, name),
    mayBeEmpty: expression !== undefined && mayBeEmpty(expression, lookup),
    couldBeEmpty: expression !== undefined && couldBeEmpty(expression, lookup),
  };
}

/** Whether one part of an expression, without operators, may be empty. */
type Leaf = (part: string) => boolean;

/** `a || b` is empty where `b` is; `a && b` where one of them is. */
function isEmptyWhere(expression: string, leaf: Leaf): boolean {
  const last = splitAt(expression, '||').at(-1)?.trim() ?? '';
  const operands = splitAt(last, '&&');
  if (operands.length > 1) return operands.some((one) => isEmptyWhere(one.trim(), leaf));
  const inner = withoutBrackets(last);
  return inner === last ? leaf(last) : isEmptyWhere(inner, leaf);
}

/** Without the brackets around all of it. */
function withoutBrackets(expression: string): string {
  if (!expression.startsWith('(') || !expression.endsWith(')')) return expression;
  // The first bracket is closed by the last one only if the whole is one part without the two.
  const inner = expression.slice(1, -1);
  let depth = 0;
  for (const letter of inner.replaceAll(/'[^']*'/g, '')) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth < 0) return expression;
  }
  return inner.trim();
}

/** Only if it is certain: an expression that is not understood counts as having a value. */
export const mayBeEmpty = (expression: string, lookup: Lookup): boolean =>
  isEmptyWhere(expression, (part) => {
    if (part === "''") return true;
    const [context, name] = pathIn(part) ?? [];
    return context !== undefined && name !== undefined && lookup.mayBeEmpty(context, name);
  });

/** Facts of a run that GitHub always fills in. */
const alwaysGiven = [
  ...['action', 'actor', 'actor_id', 'api_url', 'event_name', 'job', 'ref', 'ref_name', 'ref_type'],
  ...['repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'run_attempt', 'run_id'],
  ...[
    'run_number',
    'server_url',
    'sha',
    'token',
    'triggering_actor',
    'workflow',
    'workflow_ref',
    'workspace',
  ],
];

/** Whatever nothing gives a value for certain: `vars.x`, `steps.x.outputs.y`, `github.head_ref`, `fromJSON(x).y`. */
export const couldBeEmpty = (expression: string, lookup: Lookup): boolean =>
  isEmptyWhere(expression, (part) => {
    if (part === "''" || part === 'null') return true;
    // A comparison is true or false, and a call of another function is text.
    if (/^\s*fromJSON\s*\(/i.test(part)) return true;
    if (!/^[a-z_][\w-]*\s*[.[]/i.test(part) || /[=<>!]|\(/.test(part)) return false;
    const [context, name] = pathIn(part) ?? [];
    if (context === undefined || name === undefined) return true;
    if (context === 'github') return !alwaysGiven.includes(name.toLowerCase());
    return !lookup.hasValue(context, name);
  });

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
