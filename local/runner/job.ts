import { inputsOf, inputVariables, readAction, type CompositeAction, type NodeAction } from './action.ts';
import { Execution } from './execution.ts';
import { interpolate, interpolateAll, isTrue, type ExpressionContext } from './expressions.ts';
import { expressionContext, type JobOptions } from './job-options.ts';
import { compositeResult, resultWithoutProcess, type StepResult } from './result.ts';
import { ActionNames, Scope } from './scope.ts';
import { actionHeader } from './step-header.ts';
import { nodeProcess, Scripts, type StepContext } from './step-process.ts';
import { kindOf, rootOf, type StepSpec } from './workflow.ts';

/** A post that runs when all steps are done, whatever becomes of its main. */
interface RegisteredPost {
  readonly step: StepSpec;
  readonly scope: Scope;
  readonly action: NodeAction;
  readonly name: string;
  readonly actionVariables: Readonly<Record<string, string>>;
  readonly state: Record<string, string>;
}

/** One run of a job. */
export class Job {
  readonly execution: Execution;
  readonly #options: JobOptions;
  readonly #scope = new Scope();
  readonly #posts: RegisteredPost[] = [];
  readonly #names = new ActionNames();
  readonly #scripts: Scripts;

  constructor(options: JobOptions) {
    this.#options = options;
    this.execution = new Execution(options);
    this.#scripts = new Scripts(options);
    const { workflow, job } = options.chosen;
    if (job.container !== undefined)
      this.execution.print('The local runner has no containers: the steps run on this machine.');
    for (const env of [workflow.env, job.env])
      Object.assign(this.execution.env, interpolateAll(env, this.#context(this.#scope)));
  }

  get status(): ExpressionContext['status'] {
    return this.#scope.status;
  }

  /** Runs one step, or skips it. */
  async step(step: StepSpec, scope = this.#scope): Promise<StepResult> {
    const kind = kindOf(step, this.#options.actions);
    const title = step.name ?? `Run ${step.uses ?? step.run?.trim().split('\n')[0] ?? ''}`;
    const name = interpolate(title, this.#context(scope));
    const context = this.#stepContext(step, scope, name, this.#names.variablesOf(step));
    const result = isTrue(step.if, context.expressions)
      ? await this.#run(context, kind)
      : resultWithoutProcess({ id: step.id, name, kind, outcome: 'skipped', lines: [] });
    scope.finish(step.id, result, this.execution.cancelled);
    return result;
  }

  /** Runs the posts of all actions that were not skipped, the last one's first. */
  async posts(): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const { step, scope, action, name, state, actionVariables } of this.#posts.reverse()) {
      const context = this.#stepContext(step, scope, `Post ${name}`, actionVariables);
      if (!isTrue(action.postIf, { ...context.expressions, status: this.status })) continue;
      const result = await this.#node(context, action, 'post', state);
      this.#scope.settle(result.conclusion, this.execution.cancelled);
      results.push(result);
    }
    return results;
  }

  /** The job's outputs; the runner drops those that contain a secret. */
  outputs(): Record<string, string> {
    const all = interpolateAll(this.#options.chosen.job.outputs, this.#context(this.#scope));
    return Object.fromEntries(
      Object.entries(all).filter(([name, value]) => {
        const secret = this.execution.masker.matches(value);
        if (secret) this.execution.print(`##[warning]Skip output '${name}' since it may contain secret.`);
        return !secret;
      }),
    );
  }

  #context(scope: Scope, stepEnv: Readonly<Record<string, string>> = {}): ExpressionContext {
    const env = { ...this.execution.env, ...scope.composite?.env, ...stepEnv };
    return expressionContext(this.#options, scope, env);
  }

  #stepContext(
    step: StepSpec,
    scope: Scope,
    name: string,
    actionVariables: Readonly<Record<string, string>>,
  ): StepContext {
    const env = { ...scope.composite?.env, ...interpolateAll(step.env, this.#context(scope)) };
    const path = scope.composite === undefined ? {} : { GITHUB_ACTION_PATH: scope.composite.root };
    return {
      ...{ step, scope, name, env, actionVariables: { ...actionVariables, ...path } },
      expressions: this.#context(scope, env),
    };
  }

  async #run(context: StepContext, kind: ReturnType<typeof kindOf>): Promise<StepResult> {
    const { step, name, env } = context;
    if (kind === 'run')
      return this.execution.run(this.#scripts.processOf(context, { ...this.execution.env, ...env }));
    if (kind === 'checkout') {
      const { lines } = this.execution.startStep(name, [
        ...actionHeader(step.uses ?? '', {}, {}),
        'The local runner leaves the workspace as it is.',
      ]);
      return resultWithoutProcess({ id: step.id, name, kind, outcome: 'success', lines });
    }
    const { actions, actionRoot } = this.#options;
    const action = readAction(rootOf(step, actions, actionRoot));
    if (action.kind === 'composite') return this.#composite(context, action);
    const state: Record<string, string> = {};
    const { actionVariables, scope } = context;
    // Registered before main runs, so that the post runs whatever becomes of main.
    if (action.post !== undefined) this.#posts.push({ step, scope, action, name, state, actionVariables });
    const main = await this.#node(context, action, 'action', {});
    Object.assign(state, main.state);
    return main;
  }

  /** Posts see the inputs as they are by then: expressions are evaluated again (actions/runner, StepsRunner). */
  #node(
    context: StepContext,
    action: NodeAction,
    kind: 'action' | 'post',
    state: Readonly<Record<string, string>>,
  ): Promise<StepResult> {
    const { inputs, warnings } = inputsOf(action, context.step.with, context.expressions);
    const saved = Object.fromEntries(Object.entries(state).map(([key, value]) => [`STATE_${key}`, value]));
    const env = { ...this.execution.env, ...context.env };
    const header = kind === 'post' ? undefined : actionHeader(context.step.uses ?? '', inputs, env);
    const variables = { ...saved, ...inputVariables(inputs) };
    return this.execution.run({ ...nodeProcess(context, action, kind), warnings, variables, header });
  }

  /** The steps of a composite action have a `steps` context and a status of their own. */
  async #composite(context: StepContext, action: CompositeAction): Promise<StepResult> {
    const { step, name, env } = context;
    const { inputs, warnings } = inputsOf(action, step.with, context.expressions);
    const header = actionHeader(step.uses ?? '', inputs, { ...this.execution.env, ...env });
    const log = this.execution.startStep(name, header);
    for (const warning of warnings) log.annotate('warning', warning);
    const scope = new Scope({ root: action.root, inputs, env });
    const embedded: StepResult[] = [];
    for (const inner of action.steps) embedded.push(await this.step(inner, scope));
    const values = Object.entries(action.outputs).map(([key, { value }]) => [key, value] as const);
    const outputs = interpolateAll(Object.fromEntries(values), this.#context(scope));
    const continues = interpolate(step['continue-on-error'] ?? false, context.expressions) === 'true';
    return compositeResult(
      { id: step.id, name, outcome: scope.status, lines: log.lines, annotations: log.annotations },
      { embedded, outputs, continues },
    );
  }
}
