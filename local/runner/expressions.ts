import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** Evaluates `${{ }}` with GitHub's own parser and evaluator. */

/** What an expression may look at; every value is JSON. */
export interface ExpressionContext {
  readonly github: object;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: object;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  readonly inputs: object;
  readonly matrix: object;
  readonly strategy: object;
  readonly needs: object;
  readonly runner: object;
  readonly job: object;
  readonly status: 'success' | 'failure' | 'cancelled';
}

type Value = ReturnType<Evaluator['evaluate']>;

/** A context, or as much of it as may be looked at in some place. */
export type Visible = Pick<ExpressionContext, 'status'> & Partial<ExpressionContext>;

/** Evaluates one expression, without its `${{ }}`. @throws ExpressionError as GitHub's parser words it */
export function evaluateExpression(source: string, context: Visible): Value {
  const { status, ...contexts } = context;
  const answers = {
    success: status === 'success',
    failure: status === 'failure',
    cancelled: status === 'cancelled',
    always: true,
  };
  const functions = Object.entries(answers).map(([name, answer]) => ({
    name,
    description: '',
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
  const parser = new Parser(new Lexer(source).lex().tokens, Object.keys(contexts), functions);
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(
    parser.parse(),
    dictionary,
    new Map(functions.map((one) => [one.name, one])),
  ).evaluate();
}

/** A text with every `${{ }}` in it evaluated. Values that are no text are taken as they are written. */
export function interpolate(value: unknown, context: Visible): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(expression, (_, source: string) =>
    evaluateExpression(source.trim(), context).coerceString(),
  );
}

/** `${{ }}`; braces in a text between single quotes do not end it. */
const expression = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\}).)*)\}\}/gs;

/** Every value of a mapping, interpolated. */
export function interpolateAll(
  mapping: object | undefined,
  context: ExpressionContext,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping ?? {}).map(([name, value]) => [name, interpolate(value, context)]),
  );
}

/** An `if:`; without a word about the status it means `success()` as well (GitHub Docs, "Expressions"). */
export function holds(condition: unknown, context: ExpressionContext): boolean {
  const written =
    typeof condition === 'string' ? condition : condition === undefined ? '' : JSON.stringify(condition);
  const source = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(written)?.[1] ?? written;
  const aboutStatus = /\b(success|failure|cancelled|always)\s*\(/i.test(
    source.replace(/'(?:[^']|'')*'/g, "''"),
  );
  if (!aboutStatus && context.status !== 'success') return false;
  return source.trim() === '' || truthy(evaluateExpression(source.trim(), context));
}

function truthy(value: Value): boolean {
  if (value instanceof data.BooleanData) return value.value;
  if (value instanceof data.NumberData) return value.value !== 0 && !Number.isNaN(value.value);
  if (value instanceof data.StringData) return value.value !== '';
  return !(value instanceof data.Null);
}
