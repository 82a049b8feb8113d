import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** Evaluates `${{ }}` with GitHub's own parser and evaluator. */

/** What an expression may use, as JSON. A context that is absent is an error where it is named, as on GitHub. */
export interface ExpressionContext {
  readonly github: object;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: object;
  readonly inputs: object;
  readonly matrix: object;
  readonly strategy: object;
  readonly runner: object;
  readonly job: object;
  /** Absent in composite actions, like `vars` and `needs`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly needs?: object;
  readonly status: 'success' | 'failure' | 'cancelled';
}

type Value = ReturnType<Evaluator['evaluate']>;

/** The contexts that may be used in one place. */
export type VisibleContext = Pick<ExpressionContext, 'status'> & Partial<ExpressionContext>;

/** Evaluates one expression, without its `${{ }}`. @throws ExpressionError in the words of GitHub's parser */
export function evaluateExpression(source: string, context: VisibleContext): Value {
  const { status, ...contexts } = context;
  const statusFunctions = {
    success: status === 'success',
    failure: status === 'failure',
    cancelled: status === 'cancelled',
    always: true,
  };
  const functions = Object.entries(statusFunctions).map(([name, answer]) => ({
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

/** A text with each `${{ }}` in it evaluated. Other values than strings are used as JSON writes them. */
export function interpolate(value: unknown, context: VisibleContext): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(expression, (_, source: string) =>
    evaluateExpression(source.trim(), context).coerceString(),
  );
}

/** `${{ }}`; braces inside single quotes do not end it. */
const expression = /\$\{\{((?:'(?:[^']|'')*'|(?!\}\}).)*)\}\}/gs;

/** Every value of a mapping, interpolated. */
export function interpolateAll(mapping: object | undefined, context: VisibleContext): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapping ?? {}).map(([name, value]) => [name, interpolate(value, context)]),
  );
}

/** Whether an `if:` is true. One without a status function means `success() &&` (GitHub Docs, "Expressions"). */
export function isTrue(condition: unknown, context: VisibleContext): boolean {
  const written =
    typeof condition === 'string' ? condition : condition === undefined ? '' : JSON.stringify(condition);
  const source = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(written)?.[1] ?? written;
  const usesStatus = /\b(success|failure|cancelled|always)\s*\(/i.test(
    source.replace(/'(?:[^']|'')*'/g, "''"),
  );
  if (!usesStatus && context.status !== 'success') return false;
  return source.trim() === '' || isTruthy(evaluateExpression(source.trim(), context));
}

function isTruthy(value: Value): boolean {
  if (value instanceof data.BooleanData) return value.value;
  if (value instanceof data.NumberData) return value.value !== 0 && !Number.isNaN(value.value);
  if (value instanceof data.StringData) return value.value !== '';
  return !(value instanceof data.Null);
}
