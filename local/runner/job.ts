import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf, inputVariables, readAction, type ActionSpec } from './action.ts';
import { Execution, type Start } from './execution.ts';
import { holds, interpolate, interpolateAll, type ExpressionContext } from './expressions.ts';
import { expressionContext, type JobOptions } from './job-options.ts';
import { actionHeader, postHeader, scriptHeader } from './step-header.ts';
import { resultWithoutProcess, type StepResult } from './result.ts';
import { shellOf } from './shell.ts';
import { kindOf, type StepSpec } from './workflow.ts';

interface Registered {
  readonly step: StepSpec;
  readonly action: ActionSpec;
  readonly name: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly state: Record<string, string>;
}

/** What is known of a step when it begins. */
interface Begun {
  readonly step: StepSpec;
  readonly name: string;
  readonly facts: Readonly<Record<string, string>>;
  /** The step's own `env:`, evaluated. */
  readonly own: Readonly<Record<string, string>>;
  readonly context: ExpressionContext;
}

/** A job's limit of minutes, and so a step's where it names none (GitHub Docs, "Workflow syntax", timeout-minutes). */
const defaultMinutes = 360;

/** One job under way. */
export class Job {
  readonly execution: Execution;
  status: ExpressionContext['status'] = 'success';
  readonly #options: JobOptions;
  readonly #results: Record<string, object> = {};
  readonly #registered: Registered[] = [];
  readonly #actionIds = new Map<string, number>();
  #scripts = 0;

  constructor(options: JobOptions) {
    this.#options = options;
    this.execution = new Execution(options);
    const { workflow, job } = options.chosen;
    if (job.container !== undefined)
      this.execution.say('The local runner has no containers: the steps run on this machine.');
    for (const env of [workflow.env, job.env])
      Object.assign(this.execution.env, interpolateAll(env, this.#context()));
  }

  /** Runs one step, or skips it. */
  async step(step: StepSpec): Promise<StepResult> {
    const kind = kindOf(step);
    const titled = step.name ?? `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
    const begun = this.#begin(step, interpolate(titled, this.#context()), this.#factsOf(step));
    const { id, name, context } = { id: step.id, ...begun };
    const result = resultWithoutProcess({
      ...{ id, name, kind: kind === 'script' ? 'run' : 'action', outcome: 'skipped', lines: [] },
    });
    if (!holds(step.if, context)) return this.#finish(step, result);
    if (kind === 'script') return this.#finish(step, await this.#script(begun));
    if (kind === 'checkout') {
      const { lines } = this.execution.open(name, [
        ...actionHeader(step.uses ?? '', {}, {}),
        'The local runner leaves the workspace as it is.',
      ]);
      return this.#finish(step, { ...result, lines, outcome: 'success', conclusion: 'success' });
    }
    const action = readAction(this.#options.actionRoot);
    const state: Record<string, string> = {};
    // Before main runs, so that the post comes whatever becomes of main.
    if (action.post !== undefined) this.#registered.push({ step, action, name, state, facts: begun.facts });
    const main = await this.#action(begun, action, 'action', {});
    Object.assign(state, main.state);
    return this.#finish(step, main);
  }

  /** Runs the posts of all actions that were not skipped, the last one's first. */
  async posts(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const { step, action, name, state, facts } of this.#registered.reverse()) {
      const begun = this.#begin(step, `Post ${name}`, facts);
      if (!holds(action.postIf, begun.context)) continue;
      const variables = Object.fromEntries(
        Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]),
      );
      const result = await this.#action(begun, action, 'post', variables);
      this.#settle(result);
      results.push(result);
    }
    return results;
  }

  /** The job's outputs; the runner drops those that hold a secret. */
  outputs(): Record<string, string> {
    const all = interpolateAll(this.#options.chosen.job.outputs, this.#context());
    return Object.fromEntries(
      Object.entries(all).filter(([name, value]) => {
        const secret = this.execution.masker.hides(value);
        if (secret) this.execution.say(`##[warning]Skip output '${name}' since it may contain secret.`);
        return !secret;
      }),
    );
  }

  #context(stepEnv: Readonly<Record<string, string>> = {}): ExpressionContext {
    const env = { ...this.execution.env, ...stepEnv };
    return expressionContext(this.#options, { env, steps: this.#results, status: this.status });
  }

  #begin(step: StepSpec, name: string, facts: Readonly<Record<string, string>>): Begun {
    const own = interpolateAll(step.env, this.#context());
    return { step, name, facts, own, context: this.#context(own) };
  }

  /** GITHUB_ACTION is the step's id, or made of what it runs; the second of a kind gets `_2`. */
  #factsOf({ id, uses }: StepSpec): Record<string, string> {
    const [repository = '', ref = ''] = uses?.split('@') ?? [];
    const made = uses === undefined ? '__run' : ref ? `__${repository.replaceAll('/', '_')}` : '__self';
    const count = (this.#actionIds.get(made) ?? 0) + (id === undefined ? 1 : 0);
    this.#actionIds.set(made, count);
    const GITHUB_ACTION = id ?? (count > 1 ? `${made}_${count}` : made);
    return ref
      ? { GITHUB_ACTION, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref }
      : { GITHUB_ACTION };
  }

  #finish(step: StepSpec, result: StepResult): StepResult {
    const { outcome, conclusion, outputs } = result;
    if (step.id !== undefined) this.#results[step.id] = { outcome, conclusion, outputs };
    this.#settle(result);
    return result;
  }

  #settle({ conclusion }: StepResult): void {
    if (this.execution.cancelled) this.status = 'cancelled';
    else if (conclusion === 'failure') this.status = 'failure';
  }

  #script(begun: Begun): Promise<StepResult> {
    const { step, own, context } = begun;
    const { workflow, job } = this.#options.chosen;
    const script = interpolate(step.run, context);
    const path = join(this.#options.machine.temp, `_runner_script_${this.#scripts++}.sh`);
    writeFileSync(path, script);
    const shell = shellOf(step.shell ?? job.defaults?.run?.shell ?? workflow.defaults?.run?.shell ?? '');
    const opening = scriptHeader(script, shell.shown, { ...this.execution.env, ...own });
    const [one, other] = [job, workflow].map(({ defaults }) => defaults?.run?.['working-directory']);
    const folder = interpolate(step['working-directory'] ?? one ?? other ?? '.', context);
    const start = this.#start(begun, 'run');
    return this.execution.run({ ...start, folder, opening, file: shell.file, args: shell.args(path) });
  }

  #action(
    begun: Begun,
    action: ActionSpec,
    kind: 'action' | 'post',
    state: Readonly<Record<string, string>>,
  ): Promise<StepResult> {
    const { step, own, context } = begun;
    const { inputs, warnings } = inputsOf(action, step.with, context);
    const script = join(this.#options.actionRoot, kind === 'post' ? (action.post ?? '') : action.main);
    const env = { ...this.execution.env, ...own };
    const opening = kind === 'post' ? postHeader : actionHeader(step.uses ?? '', inputs, env);
    const variables = { ...state, ...inputVariables(inputs) };
    const start = this.#start(begun, kind);
    return this.execution.run({
      ...start,
      opening,
      file: process.execPath,
      args: [script],
      variables,
      warnings,
    });
  }

  #start(
    { step, name, facts, own, context }: Begun,
    kind: StepResult['kind'],
  ): Omit<Start, 'file' | 'args' | 'opening'> {
    const minutes = interpolate(step['timeout-minutes'] ?? defaultMinutes, context);
    return {
      ...{ name, id: step.id, kind, own, facts, folder: '.', variables: {}, warnings: [] },
      minutes: Number(minutes),
      forgiven: interpolate(step['continue-on-error'] ?? false, context) === 'true',
      interruptible: kind !== 'post' && !holds(step.if, { ...context, status: 'cancelled' }),
    };
  }
}
