import type { ExpressionContext } from './expressions.ts';
import type { Machine } from './machine.ts';
import type { Scope } from './scope.ts';
import { dispatchDefaults, firstCombination, type ChosenJob } from './workflow.ts';

/** The settings of one run of a job. */
export interface JobOptions {
  readonly machine: Machine;
  readonly chosen: ChosenJob;
  /** The folder with action.yml that `uses: ./` and `uses: <owner>/assume-role-chain@<ref>` mean. */
  readonly actionRoot: string;
  /** Further actions: what `uses:` says, and the folder with action.yml. */
  readonly actions?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly inputs?: object;
  /** Default: the first combination. */
  readonly matrix?: object;
  /** The runner's own environment, such as a self-hosted machine has. */
  readonly machineEnv?: Readonly<Record<string, string>>;
  /** Given to every step of a job that has `id-token: write`. */
  readonly idToken?: { readonly requestUrl: string; readonly requestToken: string };
  readonly debug?: boolean;
  /** Called while the job runs, with each line of the log, and with the name of each step before its lines. */
  readonly onLine?: (line: string) => void;
  readonly onStep?: (name: string) => void;
  /** Cancels the job when a step prints a line that matches. */
  readonly cancelAt?: RegExp;
}

/** What expressions of a step may use. In a composite action there are no secrets (GitHub Docs, "Contexts"). */
export function expressionContext(
  options: JobOptions,
  scope: Scope,
  env: ExpressionContext['env'],
): ExpressionContext {
  const { machine, chosen, secrets = {}, vars = {} } = options;
  const { status, results: steps, composite } = scope;
  const inputs = composite?.inputs ?? { ...dispatchDefaults(chosen.workflow), ...options.inputs };
  const path = composite === undefined ? {} : { action_path: composite.root };
  return {
    github: { ...machine.github, workspace: machine.workspace, ...path },
    ...(composite === undefined ? { secrets, vars, needs: {} } : {}),
    matrix: options.matrix ?? firstCombination(chosen.job.strategy?.matrix),
    runner: machine.runner,
    job: { status },
    ...{ strategy: {}, inputs, env, steps, status },
  };
}
