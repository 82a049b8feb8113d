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
  readonly 'timeout-minutes'?: number;
}

/** One job. */
export interface JobSpec {
  readonly name?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly environment?: string | { readonly name: string };
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly steps: readonly StepSpec[];
}

type Permissions = string | Readonly<Record<string, string>>;

/** A workflow. */
export interface WorkflowSpec {
  readonly name?: string;
  readonly permissions?: Permissions;
  readonly env?: Readonly<Record<string, unknown>>;
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
 * @throws Error for a job that is not there
 */
export function chooseJob(source: string | WorkflowSpec, wanted: string | undefined): ChosenJob {
  const isPath = typeof source === 'string' && !source.includes('\n');
  const text = isPath ? readFileSync(source, 'utf8') : source;
  const workflow = typeof text === 'string' ? (parse(text) as WorkflowSpec) : text;
  const jobId = wanted ?? Object.keys(workflow.jobs)[0] ?? '';
  const job = workflow.jobs[jobId];
  if (job === undefined) throw new Error(`The workflow has no job ${jobId}`);
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
