import { oneLine } from '../text/log-line.ts';
import type { CachedCredentials } from '../profiles/cache.ts';
import type { JobProfile } from '../profiles/job-profiles.ts';

/** What every subcommand works with. */
export interface Context {
  /** The private folder of the step that the command belongs to. */
  readonly stepFolder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The job's profiles, those of the last step first. At least one. */
  readonly profiles: readonly JobProfile[];
  /** Whether a path is inside the private folder of this action. */
  readonly isOurs: (path: string) => boolean;
  /**
   * Fresh credentials, renewed if it is time.
   * @param stop ends the waiting for another process that renews them
   * @throws Error with the reason, without secrets
   */
  readonly credentialsOf: (profile: JobProfile, stop?: AbortSignal) => Promise<CachedCredentials>;
}

/** One line on stderr. */
export function complain(text: string): void {
  process.stderr.write(`assume-role-chain: ${oneLine(text)}\n`);
}

/**
 * Writes to stderr, and waits until that and all before it has left this process: a full pipe may keep it back.
 * @throws the system's error, such as EPIPE or ENOSPC
 */
export function allOnStderr(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The same error comes as an event, which would end the process with a stack trace.
    process.stderr.on('error', reject).write(text, (error) => {
      if (!error) resolve();
    });
  });
}

/** A value in a command for the runner (actions/toolkit, command.ts). */
export const commandValue = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** A property in a command for the runner. */
export const commandProperty = (text: string): string =>
  commandValue(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
