import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf, inputVariables, readAction, type ActionSpec } from './action.ts';
import { Execution, type Start } from './execution.ts';
import { holds, interpolate, interpolateAll, type ExpressionContext } from './expressions.ts';
import type { Machine } from './machine.ts';
import type { StepResult } from './result.ts';
import type { ChosenJob, StepSpec } from './workflow.ts';

export interface JobOptions {
  readonly machine: Machine;
  readonly chosen: ChosenJob;
  /** The folder that holds action.yml: what every `uses:` but a checkout stands for. */
  readonly actionRoot: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly inputs?: object;
  /** The runner's own environment, such as a self-hosted machine has. */
  readonly machineEnv?: Readonly<Record<string, string>>;
  /** Given to every step of a job that may ask for ID tokens. */
  readonly idToken?: { readonly requestUrl: string; readonly requestToken: string };
  readonly debug?: boolean;
  readonly onLine?: (line: string) => void;
  /** Cancels the job when the step prints a line that matches. */
  readonly cancelAt?: RegExp;
}

interface Registered {
  readonly step: StepSpec;
  readonly action: ActionSpec;
  readonly name: string;
  readonly state: Record<string, string>;
}

/** One job under way. */
export class Job {
  readonly execution: Execution;
  status: ExpressionContext['status'] = 'success';
  readonly #options: JobOptions;
  readonly #results: Record<string, object> = {};
  readonly #registered: Registered[] = [];

  constructor(options: JobOptions) {
    this.#options = options;
    this.execution = new Execution(options);
    const { workflow, job } = options.chosen;
    for (const env of [workflow.env, job.env])
      Object.assign(this.execution.env, interpolateAll(env, this.#context()));
  }

  /** Runs one step, or skips it. */
  async step(step: StepSpec): Promise<StepResult> {
    const name = interpolate(
      step.name ?? (step.uses ? `Run ${step.uses}` : `Run ${step.run?.split('\n')[0] ?? ''}`),
      this.#context(),
    );
    const isAction = step.uses !== undefined && !step.uses.startsWith('actions/checkout@');
    const kind = isAction ? 'action' : 'run';
    if (!holds(step.if, this.#context())) return this.#finish(step, skipped(step, name, kind));
    if (!isAction) return this.#finish(step, await this.#script(step, name));
    const action = readAction(this.#options.actionRoot);
    const state: Record<string, string> = {};
    // Before main runs, so that the post comes whatever becomes of main.
    if (action.post !== undefined) this.#registered.push({ step, action, name, state });
    const result = await this.#action(step, name, action, 'action', {});
    Object.assign(state, result.state);
    return this.#finish(step, result);
  }

  /** Runs the posts of all actions that ran, the last one's first. */
  async posts(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const { step, action, name, state } of this.#registered.reverse()) {
      if (!holds(action.postIf, this.#context())) continue;
      const variables = Object.fromEntries(
        Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]),
      );
      const result = await this.#action(step, `Post ${name}`, action, 'post', variables);
      if (result.outcome === 'failure') this.status = 'failure';
      results.push(result);
    }
    return results;
  }

  /** The job's outputs; the runner drops those that hold a secret. */
  outputs(): Record<string, string> {
    const all = interpolateAll(this.#options.chosen.job.outputs, this.#context());
    return Object.fromEntries(Object.entries(all).filter(([, value]) => !this.execution.masker.hides(value)));
  }

  #context(stepEnv: Readonly<Record<string, string>> = {}): ExpressionContext {
    const { machine, secrets = {}, vars = {}, inputs = {}, chosen } = this.#options;
    const matrix = Object.fromEntries(
      Object.entries(chosen.job.strategy?.matrix ?? {}).map(([name, values]) => [name, values[0]]),
    );
    return {
      github: { ...machine.github, workspace: machine.workspace },
      ...{ secrets, vars, inputs, matrix },
      env: { ...this.execution.env, ...stepEnv },
      steps: this.#results,
      runner: machine.runner,
      job: { status: this.status },
      status: this.status,
    };
  }

  #finish(step: StepSpec, result: StepResult): StepResult {
    const { outcome, conclusion, outputs } = result;
    if (step.id !== undefined) this.#results[step.id] = { outcome, conclusion, outputs };
    if (conclusion === 'failure' && this.status === 'success') this.status = 'failure';
    if (outcome === 'cancelled') this.status = 'cancelled';
    return result;
  }

  #script(step: StepSpec, name: string): Promise<StepResult> {
    const own = interpolateAll(step.env, this.#context());
    const script = interpolate(step.run ?? `# ${step.uses ?? ''}: it is there already`, this.#context(own));
    const path = join(this.#options.machine.temp, `_runner_script_${Object.keys(this.#results).length}.sh`);
    writeFileSync(path, script);
    const strict = ['--noprofile', '--norc', '-eo', 'pipefail', path];
    const [file, args] = step.shell === 'sh' ? (['sh', ['-e', path]] as const) : (['bash', strict] as const);
    const opening = script.trimEnd().split('\n');
    return this.execution.run({ ...this.#start(step, name, 'run', own, opening), file, args, variables: {} });
  }

  #action(
    step: StepSpec,
    name: string,
    action: ActionSpec,
    kind: 'action' | 'post',
    state: Readonly<Record<string, string>>,
  ): Promise<StepResult> {
    const own = interpolateAll(step.env, this.#context());
    const { inputs, unexpected } = inputsOf(action, step.with, this.#context(own));
    const script = join(this.#options.actionRoot, kind === 'post' ? (action.post ?? '') : action.main);
    const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
    const listed = (names: readonly string[]): string => names.map((one) => `'${one}'`).join(', ');
    const valid = listed(Object.keys(action.inputs));
    const warning =
      unexpected.length > 0
        ? `Unexpected input(s) ${listed(unexpected)}, valid inputs are [${valid}]`
        : undefined;
    const variables = { ...state, ...inputVariables(inputs) };
    const start = this.#start(step, name, kind, own, shown('with', given));
    return this.execution.run({ ...start, file: process.execPath, args: [script], variables, warning });
  }

  #start(
    step: StepSpec,
    name: string,
    kind: StepResult['kind'],
    own: Readonly<Record<string, string>>,
    given: readonly string[],
  ): Omit<Start, 'file' | 'args' | 'variables'> {
    const context = this.#context(own);
    return {
      ...{ name, id: step.id, kind, own },
      folder: interpolate(step['working-directory'] ?? '.', context),
      opening: [
        `##[group]${name}`,
        ...given,
        ...shown('env', { ...this.execution.env, ...own }),
        '##[endgroup]',
      ],
      minutes: step['timeout-minutes'] ?? 360,
      forgiven: interpolate(step['continue-on-error'] ?? false, context) === 'true',
    };
  }
}

/** The runner prints what a step is given, masked, when the step begins. */
function shown(title: string, values: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(values);
  return entries.length === 0 ? [] : [`${title}:`, ...entries.map(([name, value]) => `  ${name}: ${value}`)];
}

function skipped(step: StepSpec, name: string, kind: 'action' | 'run'): StepResult {
  const nothing = {
    stdout: '',
    stderr: '',
    lines: [],
    annotations: [],
    outputs: {},
    exported: {},
    state: {},
    summary: '',
  };
  return {
    id: step.id,
    name,
    kind,
    outcome: 'skipped',
    conclusion: 'skipped',
    exitCode: null,
    ...nothing,
    commandLines: [],
    milliseconds: 0,
    files: [],
  };
}
