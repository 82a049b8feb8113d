import { messageOf } from '../text/action-error.ts';
import { report, type Report } from './explanation.ts';

/** Faults of the machine: errors of the operating system, by their codes (Node.js, "Common system errors"). */

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const forbidden = ['EACCES', 'EPERM'];

/** @returns a bug of this action for whatever is no error of the operating system */
export function unexpected(error: unknown, environment: NodeJS.ProcessEnv): Report {
  const { code = '', path } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException;
  const words = messageOf(error);
  // An error of a write names no file.
  const place = path ?? `a file in RUNNER_TEMP (${environment['RUNNER_TEMP'] ?? 'not set'})`;
  if (full.includes(code))
    return report(
      'Disk full',
      `There is no space left to write ${place} (${code}): free space on that disk, or raise its quota.`,
      {
        steps: [
          '`df -h "$RUNNER_TEMP"` in a step before this one shows how much is left, and `df -i` how many files',
        ],
        words,
      },
    );
  if (code === 'EROFS')
    return report(
      'File not writable',
      `${place} is on a file system that is mounted read-only (${code}): mount it writable, or use another folder.`,
      { words },
    );
  if (forbidden.includes(code))
    return report(
      'File not writable',
      `The user of this step may not use ${place} (${code}): run the step as the user who owns it.`,
      {
        steps: [
          'in a job container, the user is set by `container: { image: …, options: --user UID }`, with the UID that owns RUNNER_TEMP',
        ],
        words,
      },
    );
  return report('Unexpected failure', words);
}
