import type { ExpressionContext } from './expressions.ts';
import type { StepResult } from './result.ts';
import type { StepSpec } from './workflow.ts';

/** What the steps of a job share, or the steps of one use of a composite action. */
export class Scope {
  /** The `steps` context. */
  readonly results: Record<string, object> = {};
  status: ExpressionContext['status'] = 'success';
  /** Absent for a job. */
  readonly composite: CompositeScope | undefined;

  constructor(composite?: CompositeScope) {
    this.composite = composite;
  }

  /** Adds a finished step to the `steps` context and updates the status. */
  finish(id: string | undefined, { outcome, conclusion, outputs }: StepResult, cancelled: boolean): void {
    if (id !== undefined) this.results[id] = { outcome, conclusion, outputs };
    this.settle(conclusion, cancelled);
  }

  settle(conclusion: StepResult['conclusion'], cancelled: boolean): void {
    if (cancelled) this.status = 'cancelled';
    else if (conclusion === 'failure') this.status = 'failure';
  }
}

/** What one use of a composite action gives its steps. */
export interface CompositeScope {
  /** The folder of its action.yml. */
  readonly root: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The `env:` of the step that uses the action. */
  readonly env: Readonly<Record<string, string>>;
}

/** Names steps as GITHUB_ACTION does: the step's id, or made from what it runs; the second of a kind gets `_2`. */
export class ActionNames {
  readonly #counts = new Map<string, number>();

  /** @returns GITHUB_ACTION, and for an action of a repository GITHUB_ACTION_REPOSITORY and GITHUB_ACTION_REF */
  variablesOf({ id, uses }: StepSpec): Record<string, string> {
    const [repository = '', ref = ''] = uses?.split('@') ?? [];
    const made = uses === undefined ? '__run' : ref ? `__${repository.replaceAll('/', '_')}` : '__self';
    const count = (this.#counts.get(made) ?? 0) + (id === undefined ? 1 : 0);
    this.#counts.set(made, count);
    const GITHUB_ACTION = id ?? (count > 1 ? `${made}_${count}` : made);
    return ref
      ? { GITHUB_ACTION, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref }
      : { GITHUB_ACTION };
  }
}
