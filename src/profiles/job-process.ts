import { readFileSync, readlinkSync } from 'node:fs';

/** The process that runs a job: this step's parent, the runner's worker. */
export interface JobProcess {
  readonly pid: number;
  /** When it started and where, in the system's own words; empty where the system does not say. */
  readonly started: string;
  /** Which job it is, in the runner's words. */
  readonly run: string;
}

/** The last one is new in each job (actions/runner, JobExtension.cs); other runners do not have it. */
const runVariables = ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT', 'GITHUB_JOB', 'RUNNER_TRACKING_ID'];

/** Which job an environment belongs to. Two jobs may use the same temporary folder, one after the other. */
export const runOf = (environment: NodeJS.ProcessEnv): string =>
  runVariables.map((name) => environment[name] ?? '').join('/');

export const thisJob = (environment: NodeJS.ProcessEnv): JobProcess => ({
  ...{ pid: process.ppid, started: startOf(process.ppid), run: runOf(environment) },
});

/** Whether a job's process still runs; `false` where that is not known. */
export function isRunning({ pid, started }: JobProcess): boolean {
  // In a container the job's process is outside, and its number is 0 here.
  if (pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // Process numbers are used again: another start is another process.
  return started === startOf(pid);
}

/** Whether a job's process is known to have ended: it ran here, and no process has its number and its start any more. */
export const hasEnded = (job: JobProcess): boolean =>
  job.pid > 1 && job.started.endsWith(here()) && here() !== '' && !isRunning(job);

/**
 * When a process started: the 22nd field of /proc/PID/stat (proc(5)); the name before it may have spaces. And where, or the
 * processes of another container would count as ended.
 */
export function startOf(pid: number): string {
  try {
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
    return started + here();
  } catch {
    return '';
  }
}

/** Which machine this is, since when it runs, and in which of its namespaces of process numbers; empty where it does not say. */
function here(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return ` ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
