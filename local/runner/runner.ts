import { rmSync } from 'node:fs';
import { Job } from './job.ts';
import type { JobOptions } from './job-options.ts';
import { findLeaksInFiles, findLeaks, withoutRepeats, type Leak } from './leaks.ts';
import { makeMachine, type Machine, type MachineOptions } from './machine.ts';
import { endOrphans } from './orphans.ts';
import { flattened, type RunResult, type StepResult } from './result.ts';
import { chooseJob, type ChosenJob, type WorkflowSpec } from './workflow.ts';

/** A local runner: runs one job of a workflow as actions/runner does. */

export interface RunOptions extends MachineOptions, Omit<JobOptions, 'machine' | 'chosen'> {
  /** The path of a workflow file, its text, or a workflow. */
  readonly workflow: string | WorkflowSpec;
  /** Default: the first job. */
  readonly job?: string;
  /** Secrets that must not appear anywhere. Called after each step (for its files) and at the end. */
  readonly watch?: () => readonly string[];
}

/**
 * Runs the steps of a job, then the posts in reverse, ends the processes that are left, and searches for leaks. Files
 * are searched after each step too, because a post may remove them.
 * @throws Error for a workflow, an action or an expression that GitHub refuses, or that this runner does not support
 */
export async function runWorkflow(options: RunOptions): Promise<RunResult> {
  const chosen = chooseJob(options.workflow, options.job);
  const machine = makeMachine(options, chosen);
  const cleanUp = (): void => {
    rmSync(machine.root, { recursive: true, force: true });
  };
  try {
    return { ...(await runJob(options, chosen, machine)), temp: machine.temp, cleanUp };
  } catch (error) {
    endOrphans(machine.trackingId);
    cleanUp();
    throw error;
  }
}

async function runJob(
  options: RunOptions,
  chosen: ChosenJob,
  machine: Machine,
): Promise<Omit<RunResult, 'temp' | 'cleanUp'>> {
  const job = new Job({ ...options, machine, chosen });
  const { execution } = job;
  const secrets = (): readonly string[] => options.watch?.() ?? [];
  const steps: StepResult[] = [];
  const inFiles: Leak[] = [];
  for (const step of chosen.job.steps) {
    steps.push(await job.step(step));
    inFiles.push(...findLeaksInFiles(secrets(), machine));
  }
  const envAfterSteps = { ...execution.env };
  const posts = await job.posts();
  options.onStep?.('Complete job');
  const outputs = job.outputs();
  const orphans = endOrphans(machine.trackingId);
  execution.print(
    'Cleaning up orphan processes',
    ...orphans.map(({ pid, command }) => `Terminate orphan process: pid (${pid}) (${command})`),
  );
  return {
    ...{
      conclusion: job.status,
      log: execution.log,
      steps,
      posts,
      envAfterSteps,
      env: execution.env,
      outputs,
    },
    masks: execution.masker.masks,
    leaks: withoutRepeats([
      ...inFiles,
      ...findLeaks(secrets(), execution.log, flattened([...steps, ...posts]), machine),
    ]),
  };
}
