import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAction } from './action.ts';
import { interpolate, isTrue, type ExpressionContext } from './expressions.ts';
import type { JobOptions } from './job-options.ts';
import type { StepResult } from './result.ts';
import type { Scope } from './scope.ts';
import { shellOf } from './shell.ts';
import { postHeader, scriptHeader } from './step-header.ts';
import type { StepSpec } from './workflow.ts';

/** The process that a step starts. */

/** A step with what is evaluated when it begins. */
export interface StepContext {
  readonly step: StepSpec;
  readonly scope: Scope;
  readonly name: string;
  /** GITHUB_ACTION and the like. */
  readonly actionVariables: Readonly<Record<string, string>>;
  /** The step's own `env:`. */
  readonly env: Readonly<Record<string, string>>;
  readonly expressions: ExpressionContext;
}

/** One process to run. */
export interface StepProcess {
  readonly name: string;
  readonly id: string | undefined;
  readonly kind: StepResult['kind'];
  readonly file: string;
  readonly args: readonly string[];
  /** The working directory, relative to the workspace. */
  readonly folder: string;
  /** The step's own `env:`. */
  readonly env: Readonly<Record<string, string>>;
  /** STATE_ and INPUT_. */
  readonly variables: Readonly<Record<string, string>>;
  readonly actionVariables: Readonly<Record<string, string>>;
  /** What the runner prints before the process begins; undefined: the line before a post. */
  readonly header: readonly string[] | undefined;
  readonly warnings: readonly string[];
  readonly timeoutMinutes: number;
  readonly continueOnError: boolean;
  /** Whether cancelling the job ends it: not where its `if:` is true in a cancelled job. */
  readonly interruptible: boolean;
}

/** A job's limit of minutes, and a step's where it names none (GitHub Docs, "Workflow syntax", timeout-minutes). */
const defaultMinutes = 360;

function processOf(
  { step, name, actionVariables, env, expressions }: StepContext,
  kind: StepResult['kind'],
): Omit<StepProcess, 'file' | 'args'> {
  const minutes = interpolate(step['timeout-minutes'] ?? defaultMinutes, expressions);
  return {
    ...{ name, id: step.id, kind, env, actionVariables, folder: '.', variables: {}, warnings: [] },
    header: postHeader,
    timeoutMinutes: Number(minutes),
    continueOnError: interpolate(step['continue-on-error'] ?? false, expressions) === 'true',
    interruptible: kind !== 'post' && !isTrue(step.if, { ...expressions, status: 'cancelled' }),
  };
}

/** Main or post of an action, run by the Node.js that runs this. */
export function nodeProcess(context: StepContext, action: NodeAction, kind: 'action' | 'post'): StepProcess {
  const script = join(action.root, kind === 'post' ? (action.post ?? '') : action.main);
  return { ...processOf(context, kind), file: process.execPath, args: [script] };
}

/** Writes the scripts of `run:` steps. */
export class Scripts {
  readonly #options: JobOptions;
  #count = 0;

  constructor(options: JobOptions) {
    this.#options = options;
  }

  /** @param env the job's and the step's, to be printed */
  processOf(context: StepContext, env: Readonly<Record<string, string>>): StepProcess {
    const { step, expressions } = context;
    const { workflow, job } = this.#options.chosen;
    const script = interpolate(step.run, expressions);
    const path = join(this.#options.machine.temp, `_runner_script_${this.#count++}.sh`);
    writeFileSync(path, script);
    const shell = shellOf(step.shell ?? job.defaults?.run?.shell ?? workflow.defaults?.run?.shell ?? '');
    const [ofJob, ofWorkflow] = [job, workflow].map(({ defaults }) => defaults?.run?.['working-directory']);
    return {
      ...processOf(context, 'run'),
      folder: interpolate(step['working-directory'] ?? ofJob ?? ofWorkflow ?? '.', expressions),
      header: scriptHeader(script, shell.shown, env),
      file: shell.file,
      args: shell.args(path),
    };
  }
}
