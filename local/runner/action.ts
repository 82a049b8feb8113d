import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { interpolate, type ExpressionContext } from './expressions.ts';
import type { StepSpec } from './workflow.ts';

/** An action's definition, read as the runner reads it (actions/runner, ActionManifestManager). */

interface Definition {
  /** The folder of action.yml. */
  readonly root: string;
  readonly name: string;
  readonly inputs: Readonly<
    Record<string, { readonly default?: unknown; readonly required?: boolean } | null>
  >;
}

/** An action that Node.js runs. */
export interface NodeAction extends Definition {
  readonly kind: 'node';
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

/** An action that is made of steps. */
export interface CompositeAction extends Definition {
  readonly kind: 'composite';
  readonly steps: readonly StepSpec[];
  readonly outputs: Readonly<Record<string, { readonly value?: unknown }>>;
}

type RawAction = Partial<Definition> & {
  readonly outputs?: CompositeAction['outputs'];
  readonly runs: Readonly<Record<string, string>> & { readonly steps?: readonly StepSpec[] };
};

/** @throws Error for what the runner refuses too */
export function readAction(root: string): NodeAction | CompositeAction {
  const raw = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as RawAction;
  const definition = { root, name: raw.name ?? '', inputs: raw.inputs ?? {} };
  if (raw.runs['using'] !== 'composite') return { ...definition, ...readNodeRuns(root, raw.runs) };
  return { ...definition, kind: 'composite', steps: raw.runs.steps ?? [], outputs: raw.outputs ?? {} };
}

/** @throws Error for what the runner refuses too, and for a composite action */
export function readNodeAction(root: string): NodeAction {
  const action = readAction(root);
  if (action.kind === 'composite') throw new Error(`${root} is a composite action`);
  return action;
}

function readNodeRuns(
  root: string,
  runs: Readonly<Record<string, string>>,
): Pick<NodeAction, 'kind' | 'main' | 'post' | 'postIf'> {
  const { using = '', main = '', post, pre, 'post-if': postIf = 'always()' } = runs;
  if (!['node20', 'node24'].includes(using))
    throw new Error(`'using: ${using}' is not supported, use 'docker', 'node20' or 'node24' instead.`);
  if (pre !== undefined) throw new Error('`pre` execution is not supported for local action');
  for (const file of [main, post]) {
    if (file !== undefined && !existsSync(join(root, file)))
      throw new Error(`File not found: '${join(root, file)}'`);
  }
  const [major = ''] = process.versions.node.split('.');
  if (using !== `node${major}`)
    throw new Error(
      `The action runs on ${using}, and this is Node.js ${process.version}: start it with npm, which finds the right one`,
    );
  return { kind: 'node', main, post, postIf };
}

/**
 * The inputs of a step, by name in lower case. A default counts only where the key is absent: an empty value stays empty
 * (actions/runner, ActionRunner). Inputs that the action does not define get a warning and are passed on all the same.
 */
export function inputsOf(
  action: Definition,
  given: Readonly<Record<string, unknown>> | undefined,
  context: ExpressionContext,
): { inputs: Record<string, string>; warnings: string[] } {
  const inputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {}))
    inputs[name.toLowerCase()] = interpolate(value, context);
  const defined = Object.entries(action.inputs);
  const valid = defined.map(([name]) => name);
  const unexpected = Object.keys(given ?? {}).filter(
    (name) => !valid.some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  // A default may use neither secrets nor the variables of the workflow.
  const { github, strategy, matrix, job, runner, status } = context;
  const visible = { github, strategy, matrix, job, runner, status };
  for (const [name, input] of defined) inputs[name.toLowerCase()] ??= interpolate(input?.default, visible);
  if (unexpected.length === 0) return { inputs, warnings: [] };
  const names = (list: readonly string[]): string => list.map((one) => `'${one}'`).join(', ');
  return {
    inputs,
    warnings: [`Unexpected input(s) ${names(unexpected)}, valid inputs are [${names(valid)}]`],
  };
}

/** `INPUT_ROLE-ARN`: upper case, spaces as underscores, hyphens unchanged. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}
