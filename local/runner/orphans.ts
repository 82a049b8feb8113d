import { readdirSync, readFileSync } from 'node:fs';

/** Processes that outlive the steps that started them. */

/** A process that a job left running. */
export interface Orphan {
  readonly pid: number;
  readonly command: string;
}

/**
 * Kills every process whose environment has the job's RUNNER_TRACKING_ID, as the runner does when a job is complete
 * (actions/runner, JobExtension). Finds none where there is no /proc.
 */
export function endOrphans(trackingId: string): Orphan[] {
  return processes().flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`RUNNER_TRACKING_ID=${trackingId}`)) return [];
      const command = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      process.kill(pid, 'SIGKILL');
      return [{ pid, command }];
    } catch {
      return []; // Belongs to another user, or has ended.
    }
  });
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
