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
  const [major = ''] = process.versions.node.split('.');
  if (using !== `node${major}`)
    throw new Error(
      `The action runs on ${using}, and this is Node ${process.version}: begin with npm, which finds it`,
    );
  return {
    name: spec.name,
    inputs: spec.inputs ?? {},
    outputs: spec.outputs ?? {},
    main,
    post,
    postIf,
  };
}

/** The inputs of a step, in lower case, with the action's defaults; and what the runner says of names it does not know. */
export function inputsOf(
  action: ActionSpec,
  given: Readonly<Record<string, unknown>> | undefined,
  context: ExpressionContext,
): { inputs: Record<string, string>; warnings: string[] } {
  const inputs: Record<string, string> = {};
  // Neither secrets nor variables of the workflow are to be seen from an action's definition.
  const { github, strategy, matrix, job, runner, status } = context;
  for (const [name, input] of Object.entries(action.inputs)) {
    inputs[name.toLowerCase()] = interpolate(input?.default, {
      github,
      strategy,
      matrix,
      job,
      runner,
      status,
    });
  }
  const unexpected = Object.keys(given ?? {}).filter((name) => !(name.toLowerCase() in inputs));
  const listed = (names: readonly string[]): string => names.map((one) => `'${one}'`).join(', ');
  const valid = listed(Object.keys(action.inputs));
  for (const [name, value] of Object.entries(given ?? {}))
    inputs[name.toLowerCase()] = interpolate(value, context);
  const warnings =
    unexpected.length > 0 ? [`Unexpected input(s) ${listed(unexpected)}, valid inputs are [${valid}]`] : [];
  return { inputs, warnings };
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
