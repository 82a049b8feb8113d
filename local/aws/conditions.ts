/** Conditions of IAM policies (IAM User Guide, "IAM JSON policy elements: Condition operators"). */

/** The condition keys of a request, in lower case, with their values. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

type Test = (value: string, wanted: string) => boolean;

const lower = (text: string): string => text.toLowerCase();

/** A pattern with the wildcards `*` and `?`. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** A wildcard in an ARN matches within one of its six fields (IAM User Guide, "Amazon Resource Name condition operators"). */
function arnLike(value: string, wanted: string): boolean {
  const fields = (arn: string): string[] => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const patterns = fields(wanted);
  return fields(value).every((field, place) => wildcard(patterns[place] ?? '').test(field));
}

const operators: Readonly<Record<string, Test>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringLike: (value, wanted) => wildcard(wanted).test(value),
  StringEqualsIgnoreCase: (value, wanted) => lower(value) === lower(wanted),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (value, wanted) => lower(value) === lower(wanted),
  NumericEquals: (value, wanted) => Number(value) === Number(wanted),
  NumericLessThan: (value, wanted) => Number(value) < Number(wanted),
  NumericLessThanEquals: (value, wanted) => Number(value) <= Number(wanted),
  NumericGreaterThan: (value, wanted) => Number(value) > Number(wanted),
  NumericGreaterThanEquals: (value, wanted) => Number(value) >= Number(wanted),
};

/** IAM's other operators: valid in a policy, but not evaluated here. */
const notEvaluated = [
  ...['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan'],
  ...['DateGreaterThanEquals', 'BinaryEquals', 'IpAddress', 'NotIpAddress'],
];

/** Valid for IAM, but not evaluated here: it must count neither as true nor as an error in the policy. */
export class NotEvaluated extends Error {}

const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  NumericNotEquals: 'NumericEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

interface Operator {
  readonly quantifier: 'any' | 'all' | 'one';
  readonly name: string;
  readonly ifExists: boolean;
}

function readOperator(text: string): Operator {
  const [, set = '', rest = text] = /^(ForAnyValue|ForAllValues):(.*)$/.exec(text) ?? [];
  const ifExists = rest.endsWith('IfExists');
  const name = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  const quantifier = set === 'ForAllValues' ? 'all' : set === 'ForAnyValue' ? 'any' : 'one';
  return { quantifier, name, ifExists };
}

/** @throws NotEvaluated for an operator that is not evaluated here, Error for one that does not exist in IAM */
export function checkOperator(text: string): void {
  const { name, ifExists } = readOperator(text);
  if (notEvaluated.includes(name)) throw new NotEvaluated(`The operator ${text} is not evaluated here`);
  const exists = name === 'Null' ? !ifExists : Object.hasOwn(operators, name) || Object.hasOwn(negated, name);
  if (!exists) throw new Error(`Unknown condition operator ${text}`);
}

/**
 * Whether one operator matches for one key.
 * @throws as {@link checkOperator}
 */
export function isOperatorMet(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: ConditionContext,
): boolean {
  checkOperator(operator);
  const { quantifier, name, ifExists } = readOperator(operator);
  const values = context.get(lower(key));
  if (name === 'Null') return wanted.some((one) => (lower(one) === 'true') === (values === undefined));
  // Without the key, ForAllValues is true and ForAnyValue is false.
  if (values === undefined)
    return ifExists || quantifier === 'all' || (quantifier === 'one' && negated[name] !== undefined);
  const positive = operators[negated[name] ?? name];
  const matches = (value: string): boolean => {
    const found = wanted.some((one) => positive?.(value, one));
    return negated[name] === undefined ? found : !found;
  };
  return quantifier === 'all' ? values.every(matches) : values.some(matches);
}
