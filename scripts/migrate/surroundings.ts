import { absent, expressionOf, mayBeEmpty, readValue, type Lookup, type Value } from './expressions.ts';

/** What a file says about the surroundings of a step: permissions, variables, and which inputs somebody may leave out. */

/** The surroundings of the steps of one job, or of one composite action. */
export interface Surroundings {
  /** Whether the step can get GitHub's OIDC token; `unknown` where a caller decides. */
  readonly idToken: 'yes' | 'no' | 'unknown';
  /** Why it is unknown, for people. */
  readonly caller: string;
  /** The workflow's name, where this file decides it. */
  readonly workflowName: string | undefined;
  /** A variable that the step sees: its own `env:`, the job's, the workflow's. */
  variable(name: string, step: unknown): Value;
  readonly lookup: Lookup;
}

type Mapping = Readonly<Record<string, unknown>>;
const asMapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

/** Numbers and booleans as GitHub writes them; what is no scalar is empty. */
export const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : '';

/** @param file the whole document, @param job the job that the steps belong to; undefined: they belong to no job */
export function surroundingsOf(file: unknown, job: unknown): Surroundings {
  const root = asMapping(file);
  const triggers = triggersOf(root['on'] ?? root['true']);
  const composite = 'runs' in root && !('jobs' in root);
  const scopes = [asMapping(job)['env'], root['env']].map(asMapping);
  const called = 'workflow_call' in triggers;
  const lookup = lookupIn(root, asMapping(job), triggers, scopes);
  return {
    idToken: job === undefined || composite ? 'unknown' : permissionOf(root, asMapping(job), called),
    caller: composite
      ? 'the workflow that uses this action'
      : called
        ? 'the calling workflow'
        : 'the workflow',
    workflowName: called || composite || job === undefined ? undefined : textOf(root['name']) || undefined,
    variable: (name, step) => {
      const holder = [asMapping(asMapping(step)['env']), ...scopes].find((one) => name in one);
      return holder ? readValue(textOf(holder[name]), lookup) : absent;
    },
    lookup,
  };
}

/** `on: push`, `on: [push]` and `on: { push: … }` alike. */
function triggersOf(on: unknown): Mapping {
  if (typeof on === 'string') return { [on]: null };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), null]));
  return asMapping(on);
}

/** Naming any permission sets all others to none, and `id-token` is never among the defaults. */
function permissionOf(root: Mapping, job: Mapping, called: boolean): Surroundings['idToken'] {
  const permissions = job['permissions'] ?? root['permissions'];
  if (permissions === undefined) return called ? 'unknown' : 'no';
  if (permissions === 'write-all') return 'yes';
  return asMapping(permissions)['id-token'] === 'write' ? 'yes' : 'no';
}

function lookupIn(root: Mapping, job: Mapping, triggers: Mapping, scopes: readonly Mapping[]): Lookup {
  const call = asMapping(triggers['workflow_call']);
  const dispatch = asMapping(asMapping(triggers['workflow_dispatch'])['inputs']);
  const [called, own] = [asMapping(call['inputs']), asMapping(root['inputs'])];
  const others = Object.keys(triggers).filter(
    (name) => !['workflow_call', 'workflow_dispatch'].includes(name),
  );
  const matrix = asMapping(asMapping(job['strategy'])['matrix']);
  const inputMayBeEmpty = (name: string): boolean => {
    if (name in own) return isOptional(own[name]);
    if (!(name in called) && !(name in dispatch)) return false;
    // Started by anything else, the workflow has no inputs at all.
    if (others.length > 0) return true;
    return [called, dispatch].some((one) =>
      name in one ? isOptional(one[name]) : Object.keys(one).length > 0,
    );
  };
  const lookup: Lookup = {
    mayBeEmpty: (context, name) => {
      if (context === 'inputs') return inputMayBeEmpty(name);
      if (context === 'github.event.inputs') return name in dispatch && inputMayBeEmpty(name);
      if (context === 'secrets') return isOptionalSecret(asMapping(call['secrets']), name);
      if (context === 'matrix') return isLeftOut(matrix, name);
      if (context !== 'env') return false;
      const expression = expressionOf(textOf(scopes.find((one) => name in one)?.[name]));
      // A variable may be defined by itself, one scope further out.
      return expression !== undefined && !expression.includes('env') && mayBeEmpty(expression, lookup);
    },
    isText: (context, name) =>
      context !== 'inputs' ||
      ![own, called, dispatch].some((one) =>
        ['boolean', 'number'].includes(textOf(asMapping(one[name])['type'])),
      ),
  };
  return lookup;
}

/** An input that somebody may leave out, and that has no default then. One that is a boolean or a number is never empty. */
function isOptional(input: unknown): boolean {
  const { required, default: otherwise, type } = asMapping(input);
  if (type === 'boolean' || type === 'number') return false;
  return required !== true && textOf(otherwise) === '';
}

function isOptionalSecret(secrets: Mapping, name: string): boolean {
  return name in secrets && asMapping(secrets[name])['required'] !== true;
}

/** Whether some combination of a matrix that is written out lacks a value. */
function isLeftOut(matrix: Mapping, name: string): boolean {
  const values = matrix[name];
  if (Array.isArray(values)) return values.some((one) => one === null || textOf(one) === '');
  const combinations = matrix['include'];
  if (values !== undefined || !Array.isArray(combinations)) return false;
  return combinations.some((one) => textOf(asMapping(one)[name]) === '');
}
