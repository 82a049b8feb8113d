import type { Leak } from './leaks.ts';
import type { Annotation } from './log.ts';

/** What a job did, for tests to look at. */

export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';

/** One step, or one post of a step. */
export interface StepResult {
  readonly id: string | undefined;
  readonly name: string;
  readonly kind: 'action' | 'run' | 'post';
  /** Before and after `continue-on-error`. */
  readonly outcome: Outcome;
  readonly conclusion: Outcome;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** As printed, before masking. */
  readonly stdout: string;
  readonly stderr: string;
  /** Masked. */
  readonly lines: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the step put into GITHUB_ENV. */
  readonly exported: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly commandLines: readonly string[];
  readonly milliseconds: number;
  /** What is below RUNNER_TEMP after the step, without the runner's own files. */
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** A step for which no process was run. */
export function resultWithoutProcess(
  step: Pick<StepResult, 'id' | 'name' | 'kind' | 'outcome' | 'lines'>,
): StepResult {
  return {
    ...{ ...step, conclusion: step.outcome, exitCode: null, signal: null, stdout: '', stderr: '' },
    ...{ annotations: [], outputs: {}, exported: {}, state: {}, summary: '' },
    ...{ commandLines: [], milliseconds: 0, files: [] },
  };
}

/** A job. */
export interface RunResult {
  readonly conclusion: Exclude<Outcome, 'skipped'>;
  /** What a user sees. */
  readonly log: readonly string[];
  readonly steps: readonly StepResult[];
  readonly posts: readonly StepResult[];
  /** The job's environment before the posts, and after them. */
  readonly envAfterSteps: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The job's outputs; those that hold a mask are left out, as the runner does. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly masks: readonly string[];
  readonly leaks: readonly Leak[];
  readonly temp: string;
  /** Removes the machine's folders. */
  cleanUp(): void;
}
