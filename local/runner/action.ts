import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { interpolate, type ExpressionContext } from './expressions.ts';

/** An action's definition, as the runner reads it (actions/runner, ActionManifestManager). */

/** What action.yml says. */
export interface ActionSpec {
  readonly name: string;
  readonly inputs: Readonly<
    Record<string, { readonly default?: unknown; readonly required?: boolean } | null>
  >;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

/** @throws Error for what the runner would refuse too */
export function readAction(root: string): ActionSpec {
  const text = readFileSync(join(root, 'action.yml'), 'utf8');
  const spec = parse(text) as Pick<ActionSpec, 'name'> & {
    inputs?: ActionSpec['inputs'];
    outputs?: ActionSpec['outputs'];
    runs: Record<string, string>;
  };
  const { using = '', main = '', post, pre, 'post-if': postIf = 'always()' } = spec.runs;
  if (!['node20', 'node24'].includes(using))
    throw new Error(`'using: ${using}' is not supported, use 'docker', 'node20' or 'node24' instead.`);
  if (pre !== undefined) throw new Error('`pre` execution is not supported for local action');
  for (const file of [main, post]) {
    if (file !== undefined && !existsSync(join(root, file)))
      throw new Error(`File not found: '${join(root, file)}'`);
  }
  return { name: spec.name, inputs: spec.inputs ?? {}, outputs: spec.outputs ?? {}, main, post, postIf };
}

/** The inputs of a step, in lower case, with the action's defaults; and the names that the action does not know. */
export function inputsOf(
  action: ActionSpec,
  given: Readonly<Record<string, unknown>> | undefined,
  context: ExpressionContext,
): { inputs: Record<string, string>; unexpected: string[] } {
  const inputs: Record<string, string> = {};
  for (const [name, input] of Object.entries(action.inputs)) {
    inputs[name.toLowerCase()] = interpolate(input?.default ?? '', context);
  }
  const unexpected = Object.keys(given ?? {}).filter((name) => !(name.toLowerCase() in inputs));
  for (const [name, value] of Object.entries(given ?? {}))
    inputs[name.toLowerCase()] = interpolate(value, context);
  return { inputs, unexpected };
}

/** `INPUT_ROLE-ARN`: upper case, spaces as underscores, hyphens kept. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  );
}
