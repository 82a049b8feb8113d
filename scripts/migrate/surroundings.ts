import { isGiven, isLeftOut, isTextIn } from './matrix.ts';
import {
  absent,
  couldBeEmpty,
  expressionOf,
  mayBeEmpty,
  readValue,
  type Lookup,
  type Value,
} from './expressions.ts';

/** What a file says about the surroundings of a step: permissions, variables, and which inputs somebody may leave out. */

/** The surroundings of the steps of one job, or of one composite action. */
export interface Surroundings {
  /** Whether the step can get GitHub's OIDC token; `unknown` where a caller decides. */
  readonly idToken: 'yes' | 'no' | 'unknown';
  /** Whether the steps belong to a composite action, which has no jobs. */
  readonly isComposite: boolean;
  /** Why it is unknown, for people. */
  readonly caller: string;
  /** The workflow's name, where this file decides it. */
  readonly workflowName: string | undefined;
  /** The job's `if:`, without `${{ }}`. */
  readonly condition: string;
  /** A variable that the step sees: its own `env:`, the job's, the workflow's. */
  variable(name: string, step: unknown): Value;
  readonly lookup: Lookup;
}

type Mapping = Readonly<Record<string, unknown>>;
export const asMapping = (value: unknown): Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

/** Numbers and booleans as GitHub writes them; what is no scalar is empty. */
export const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : '';

/** The `if:` of a job or a step, without `${{ }}`. */
export function conditionOf(holder: unknown): string {
  const text = textOf(asMapping(holder)['if']);
  return expressionOf(text) ?? text;
}

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
    isComposite: composite,
    caller: composite
      ? 'the workflow that uses this action'
      : called
        ? 'the calling workflow'
        : 'the workflow',
    workflowName: called || composite || job === undefined ? undefined : textOf(root['name']) || undefined,
    condition: conditionOf(job),
    variable: (name, step) => {
      const holder = [asMapping(asMapping(step)['env']), ...scopes].find((one) => name in one);
      return holder ? readValue(textOf(holder[name]), lookup) : absent;
    },
    lookup,
  };
}

/** The value of a name in a mapping. Case does not matter, as in expressions. */
function entryOf(mapping: Mapping, name: string): unknown {
  const found = Object.keys(mapping).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : (mapping[found] ?? {});
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
    const [mine, ...given] = [own, called, dispatch].map((inputs) => entryOf(inputs, name));
    if (mine !== undefined) return isOptional(mine);
    if (given.every((input) => input === undefined)) return false;
    // Started by anything else, the workflow has no inputs at all.
    if (others.length > 0) return true;
    return [called, dispatch].some((inputs, index) =>
      given[index] === undefined ? Object.keys(inputs).length > 0 : isOptional(given[index]),
    );
  };
  const lookup: Lookup = {
    mayBeEmpty: (context, name) => {
      if (context === 'inputs') return inputMayBeEmpty(name);
      if (context === 'github.event.inputs')
        return entryOf(dispatch, name) !== undefined && inputMayBeEmpty(name);
      if (context === 'secrets') return isOptionalSecret(asMapping(call['secrets']), name);
      if (context === 'matrix') return isLeftOut(matrix, name);
      if (context !== 'env') return false;
      const expression = expressionOf(textOf(scopes.find((one) => name in one)?.[name]));
      // A variable may be defined by itself, one scope further out.
      return expression !== undefined && !expression.includes('env') && mayBeEmpty(expression, lookup);
    },
    hasValue: (context, name) => {
      if (context === 'inputs' || context === 'github.event.inputs') {
        const inputs = context === 'inputs' ? [own, called, dispatch] : [dispatch];
        return inputs.some((one) => entryOf(one, name) !== undefined) && !inputMayBeEmpty(name);
      }
      if (context === 'secrets') return isRequiredSecret(asMapping(call['secrets']), name);
      if (context === 'matrix') return isGiven(matrix, name);
      if (context !== 'env') return false;
      const text = textOf(scopes.find((one) => name in one)?.[name]);
      const expression = expressionOf(text);
      if (expression === undefined) return text.trim() !== '';
      return !expression.includes('env') && !couldBeEmpty(expression, lookup);
    },
    isText: (context, name) => {
      if (context === 'matrix') return isTextIn(matrix, name);
      return (
        context !== 'inputs' ||
        ![own, called, dispatch].some((one) =>
          ['boolean', 'number'].includes(textOf(asMapping(entryOf(one, name))['type'])),
        )
      );
    },
    mayBeZero: (context, name) =>
      context === 'inputs' && [called, dispatch].some((one) => isZero(asMapping(entryOf(one, name)))),
  };
  return lookup;
}

/** An input that may be left out and has no default. A boolean or a number is never empty. */
function isOptional(input: unknown): boolean {
  const { required, default: otherwise, type } = asMapping(input);
  if (type === 'boolean' || type === 'number') return false;
  return required !== true && textOf(otherwise) === '';
}

/** A number that is left out is 0, unless it has a default. */
const isZero = ({ type, required, default: otherwise }: Mapping): boolean =>
  type === 'number' && required !== true && ['', '0'].includes(textOf(otherwise));

const isRequiredSecret = (secrets: Mapping, name: string): boolean =>
  name.toUpperCase() === 'GITHUB_TOKEN' || asMapping(entryOf(secrets, name))['required'] === true;

function isOptionalSecret(secrets: Mapping, name: string): boolean {
  const secret = entryOf(secrets, name);
  return secret !== undefined && asMapping(secret)['required'] !== true;
}
