import type { Leak } from './leaks.ts';
import type { Annotation } from './log.ts';

/** What a job did, for tests to look at. */

export type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped';

/** One step, or one post of a step. */
export interface StepResult {
  readonly id: string | undefined;
  readonly name: string;
  readonly kind: 'action' | 'checkout' | 'run' | 'post';
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
  /** What the step wrote to GITHUB_ENV. */
  readonly exported: Readonly<Record<string, string>>;
  /** What the step wrote to GITHUB_PATH. */
  readonly paths: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly commandLines: readonly string[];
  readonly milliseconds: number;
  /** What is below RUNNER_TEMP after the step, without the runner's own files. */
  readonly files: readonly { readonly path: string; readonly mode: number }[];
  /** The steps of a composite action. */
  readonly embedded: readonly StepResult[];
}

/** A step that started no process. */
export function resultWithoutProcess(
  step: Pick<StepResult, 'id' | 'name' | 'kind' | 'outcome' | 'lines'>,
): StepResult {
  return {
    ...{ ...step, conclusion: step.outcome, exitCode: null, signal: null, stdout: '', stderr: '' },
    ...{ annotations: [], outputs: {}, exported: {}, paths: [], state: {}, summary: '' },
    ...{ commandLines: [], milliseconds: 0, files: [], embedded: [] },
  };
}

/** A composite action: what its steps exported and printed counts as its own. */
export function compositeResult(
  step: Pick<StepResult, 'id' | 'name' | 'outcome' | 'lines' | 'annotations'>,
  more: Pick<StepResult, 'embedded' | 'outputs'> & { readonly continues: boolean },
): StepResult {
  const { embedded, outputs, continues } = more;
  return {
    ...resultWithoutProcess({ ...step, kind: 'action' }),
    ...{ embedded, outputs },
    conclusion: step.outcome === 'failure' && continues ? 'success' : step.outcome,
    lines: [...step.lines, ...embedded.flatMap(({ lines }) => lines)],
    annotations: [...step.annotations, ...embedded.flatMap(({ annotations }) => annotations)],
    exported: Object.assign({}, ...embedded.map(({ exported }) => exported)) as Record<string, string>,
    paths: embedded.flatMap(({ paths }) => paths),
    files: embedded.at(-1)?.files ?? [],
  };
}

/** Steps with those of composite actions. */
export const flattened = (steps: readonly StepResult[]): StepResult[] =>
  steps.flatMap((step) => [step, ...flattened(step.embedded)]);

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
  /** The job's outputs; those that contain a masked value are left out, as the runner does. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly masks: readonly string[];
  readonly leaks: readonly Leak[];
  readonly temp: string;
  /** Removes the machine's folders. */
  cleanUp(): void;
}
