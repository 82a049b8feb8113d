import type { ExpressionContext } from './expressions.ts';
import type { Machine } from './machine.ts';
import { dispatchDefaults, firstCombination, type ChosenJob } from './workflow.ts';

/** What a job is run with. */
export interface JobOptions {
  readonly machine: Machine;
  readonly chosen: ChosenJob;
  /** The folder that holds action.yml: what `uses: ./` and `uses: <owner>/assume-role-chain@<ref>` stand for. */
  readonly actionRoot: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly inputs?: object;
  /** Default: the first combination. */
  readonly matrix?: object;
  /** The runner's own environment, such as a self-hosted machine has. */
  readonly machineEnv?: Readonly<Record<string, string>>;
  /** Given to every step of a job that may ask for ID tokens. */
  readonly idToken?: { readonly requestUrl: string; readonly requestToken: string };
  readonly debug?: boolean;
  /** Told each line of the log, and the name of each step before its lines, while the job runs. */
  readonly onLine?: (line: string) => void;
  readonly onStep?: (name: string) => void;
  /** Cancels the job when a step prints a line that matches. */
  readonly cancelAt?: RegExp;
}

/** What expressions of a job may look at, at one moment of it. */
export function expressionContext(
  options: JobOptions,
  moment: Pick<ExpressionContext, 'env' | 'steps' | 'status'>,
): ExpressionContext {
  const { machine, chosen, secrets = {}, vars = {} } = options;
  return {
    github: { ...machine.github, workspace: machine.workspace },
    ...{ secrets, vars, strategy: {}, needs: {} },
    inputs: { ...dispatchDefaults(chosen.workflow), ...options.inputs },
    matrix: options.matrix ?? firstCombination(chosen.job.strategy?.matrix),
    runner: machine.runner,
    job: { status: moment.status },
    ...moment,
  };
}
