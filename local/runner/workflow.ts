import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';

/** Workflow files, as far as running one job needs them. */

/** One step. */
export interface StepSpec {
  readonly id?: string;
  readonly name?: string;
  readonly if?: unknown;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'working-directory'?: string;
  readonly 'continue-on-error'?: unknown;
  /** A number, or an expression. */
  readonly 'timeout-minutes'?: unknown;
}

interface Defaults {
  readonly run?: { readonly shell?: string; readonly 'working-directory'?: string };
}

type Matrix = Readonly<Record<string, readonly unknown[]>>;

/** One job. */
export interface JobSpec {
  readonly name?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly environment?: string | { readonly name: string };
  readonly strategy?: { readonly matrix?: Matrix };
  readonly container?: unknown;
  readonly defaults?: Defaults;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly steps: readonly StepSpec[];
}

type Permissions = string | Readonly<Record<string, string>>;

/** A workflow. */
export interface WorkflowSpec {
  readonly name?: string;
  readonly on?: unknown;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly defaults?: Defaults;
  readonly jobs: Readonly<Record<string, JobSpec>>;
}

/** A workflow and the job of it that runs. */
export interface ChosenJob {
  readonly workflow: WorkflowSpec;
  readonly job: JobSpec;
  readonly jobId: string;
  readonly workflowName: string;
  /** Whether the job has `id-token: write`: naming any permission sets all others to none. */
  readonly idToken: boolean;
}

/**
 * @param source the path of a file, its text (with line breaks), or a workflow
 * @param wanted the job's id; default: the first
 * @throws Error for a job that does not exist, or that uses what this runner does not support
 */
export function chooseJob(source: string | WorkflowSpec, wanted: string | undefined): ChosenJob {
  const isPath = typeof source === 'string' && !source.includes('\n');
  const text = isPath ? readFileSync(source, 'utf8') : source;
  const workflow = typeof text === 'string' ? (parse(text) as WorkflowSpec) : text;
  const jobId = wanted ?? Object.keys(workflow.jobs)[0] ?? '';
  const job = workflow.jobs[jobId];
  if (job === undefined) throw new Error(`The workflow has no job ${jobId}`);
  checkKeys(`The job ${jobId}`, job, jobKeys);
  job.steps.forEach((step, index) => {
    checkKeys(`Step ${index + 1} of the job ${jobId}`, step, stepKeys);
  });
  const permissions = job.permissions ?? workflow.permissions;
  const idToken =
    permissions === 'write-all' || (typeof permissions === 'object' && permissions['id-token'] === 'write');
  return {
    workflow,
    job,
    jobId,
    workflowName: workflow.name ?? (isPath ? basename(source) : 'workflow'),
    idToken,
  };
}

/** The first combination of a job's matrix; the first `include` of a matrix without axes. */
export function firstCombination(matrix: Matrix = {}): object {
  const axes = Object.entries(matrix).filter(([name]) => name !== 'include' && name !== 'exclude');
  if (axes.length === 0) return Object(matrix['include']?.[0] ?? {}) as object;
  return Object.fromEntries(axes.map(([name, values]) => [name, values[0]]));
}

/** The defaults of the inputs of `workflow_dispatch`. */
export function dispatchDefaults(workflow: WorkflowSpec): Record<string, unknown> {
  const on = workflow.on as {
    workflow_dispatch?: { inputs?: Record<string, { default?: unknown } | null> } | null;
  };
  const inputs = (typeof on === 'object' ? on.workflow_dispatch?.inputs : undefined) ?? {};
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input?.default ?? '']));
}

/** `container` is ignored: its steps run on this machine, and the log says so. */
const jobKeys: readonly string[] = [
  'container',
  ...['concurrency', 'defaults', 'env', 'environment', 'name', 'outputs', 'permissions', 'runs-on', 'steps'],
  ...['strategy', 'timeout-minutes'],
];
const stepKeys: readonly string[] = [
  ...['continue-on-error', 'env', 'id', 'if', 'name', 'run', 'shell', 'timeout-minutes', 'uses', 'with'],
  'working-directory',
];

/** @throws Error for keys that GitHub does not define, and for those that this runner does not support */
function checkKeys(what: string, mapping: object, supported: readonly string[]): void {
  const other = Object.keys(mapping).filter((key) => !supported.includes(key));
  if (other.length > 0) throw new Error(`${what}: the local runner does not support ${other.join(', ')}`);
}

const usesThisAction = /^\.\/?$|^[\w.-]+\/assume-role-chain@./;

/**
 * What a step runs: a script, an action, or a checkout, which does nothing here.
 * @param actions further actions by what `uses:` says
 * @throws Error for any other action: running this one instead would give wrong results
 */
export function kindOf(
  { uses, run }: StepSpec,
  actions: Readonly<Record<string, string>> = {},
): 'run' | 'action' | 'checkout' {
  if (uses === undefined) {
    if (run === undefined) throw new Error('A step needs `uses` or `run`');
    return 'run';
  }
  if (usesThisAction.test(uses) || Object.hasOwn(actions, uses)) return 'action';
  if (uses.startsWith('actions/checkout@')) return 'checkout';
  throw new Error(`${uses}: the local runner supports only actions/checkout and the action under test`);
}

/** The folder with the action.yml of a step that {@link kindOf} calls an action. */
export function rootOf(
  { uses = '' }: StepSpec,
  actions: Readonly<Record<string, string>> = {},
  actionRoot: string,
): string {
  return actions[uses] ?? actionRoot;
}
