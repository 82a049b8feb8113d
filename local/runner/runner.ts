import { rmSync } from 'node:fs';
import { Job, type JobOptions } from './job.ts';
import { huntLeaks } from './leaks.ts';
import { makeMachine, type MachineOptions } from './machine.ts';
import type { RunResult, StepResult } from './result.ts';
import { chooseJob, type WorkflowSpec } from './workflow.ts';

/** A local runner: does with one job of a workflow what actions/runner does. */

export interface RunOptions extends MachineOptions, Omit<JobOptions, 'machine' | 'chosen'> {
  /** The path of a file, the text of one, or a workflow. */
  readonly workflow: string | WorkflowSpec;
  /** Default: the first job. */
  readonly job?: string;
  /** Secrets that must be seen nowhere, asked for when all is done. */
  readonly watch?: () => readonly string[];
}

/** Runs the steps of a job, then the posts in reverse, then looks for leaks. */
export async function runWorkflow(options: RunOptions): Promise<RunResult> {
  const chosen = chooseJob(options.workflow, options.job);
  const machine = makeMachine(options, chosen);
  const job = new Job({ ...options, machine, chosen });
  const steps: StepResult[] = [];
  for (const step of chosen.job.steps) steps.push(await job.step(step));
  const envAfterSteps = { ...job.execution.env };
  const outputs = job.outputs();
  const posts = await job.posts();
  return {
    conclusion: job.status,
    log: job.execution.log,
    steps,
    posts,
    envAfterSteps,
    env: job.execution.env,
    outputs,
    masks: job.execution.masker.masks,
    leaks: huntLeaks(options.watch?.() ?? [], job.execution.log, [...steps, ...posts], machine),
    temp: machine.temp,
    cleanUp: () => {
      rmSync(machine.root, { recursive: true, force: true });
    },
  };
}
