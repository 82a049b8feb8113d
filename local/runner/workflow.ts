import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';

/** Workflow files, as far as one job of them is run. */

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

/** A workflow, the job that is run, and that job's name in it. */
export interface ChosenJob {
  readonly workflow: WorkflowSpec;
  readonly job: JobSpec;
  readonly jobId: string;
  readonly workflowName: string;
  /** Whether the job may ask for ID tokens: naming any permission sets all others to none. */
  readonly idToken: boolean;
}

/**
 * @param source the path of a file, the text of one (with line ends in it), or a workflow
 * @param wanted the job's id; default: the first
 * @throws Error for a job that is not there, and for one that says what this runner cannot do
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

/** The first combination of a job's matrix; of one that only includes, the first that it includes. */
export function firstCombination(matrix: Matrix = {}): object {
  const axes = Object.entries(matrix).filter(([name]) => name !== 'include' && name !== 'exclude');
  if (axes.length === 0) return Object(matrix['include']?.[0] ?? {}) as object;
  return Object.fromEntries(axes.map(([name, values]) => [name, values[0]]));
}

/** What inputs of `workflow_dispatch` are when nobody fills them in. */
export function dispatchDefaults(workflow: WorkflowSpec): Record<string, unknown> {
  const on = workflow.on as {
    workflow_dispatch?: { inputs?: Record<string, { default?: unknown } | null> } | null;
  };
  const inputs = (typeof on === 'object' ? on.workflow_dispatch?.inputs : undefined) ?? {};
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input?.default ?? '']));
}

/** Of `container` nothing is made: its steps run on this machine, as the log says. */
const jobKeys: readonly string[] = [
  'container',
  ...['concurrency', 'defaults', 'env', 'environment', 'name', 'outputs', 'permissions', 'runs-on', 'steps'],
  ...['strategy', 'timeout-minutes'],
];
const stepKeys: readonly string[] = [
  ...['continue-on-error', 'env', 'id', 'if', 'name', 'run', 'shell', 'timeout-minutes', 'uses', 'with'],
  'working-directory',
];

/** @throws Error for keys that GitHub does not know either, and for those that this runner would have to pass over */
function checkKeys(what: string, mapping: object, known: readonly string[]): void {
  const other = Object.keys(mapping).filter((key) => !known.includes(key));
  if (other.length > 0) throw new Error(`${what}: the local runner does not know ${other.join(', ')}`);
}

/**
 * What a step is: a script, the action under test (`./`, or by its name in whoever's account), or a checkout, for which
 * there is nothing to do.
 * @throws Error for any other action: to run this one in its place would be a lie
 */
export function kindOf({ uses, run }: StepSpec): 'script' | 'action' | 'checkout' {
  if (uses === undefined) {
    if (run === undefined) throw new Error('A step needs `uses` or `run`');
    return 'script';
  }
  if (/^\.\/?$|^[\w.-]+\/assume-role-chain@./.test(uses)) return 'action';
  if (uses.startsWith('actions/checkout@')) return 'checkout';
  throw new Error(`${uses}: the local runner knows actions/checkout and the action under test alone`);
}
