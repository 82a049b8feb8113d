import type { StopReason } from './errors.ts';

/** What ends a step from outside: its own time limit, and the runner's signals. */

/** `signal` fires with a {@link StopReason}; `release` stops the timer and the listeners. */
export interface Deadline {
  readonly signal: AbortSignal;
  release(): void;
}

/** What the runner sends to cancel a step: SIGINT, after 7.5 s SIGTERM; on Windows, Ctrl+C and Ctrl+Break. */
const cancelling = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/**
 * A signal that fires after so many seconds (`timeout-seconds`), or when the runner cancels the step. Until it is released,
 * the process goes on: the runner kills it 10 s after the first of its signals (actions/runner, ProcessInvoker).
 */
export function deadlineAfter(seconds: number): Deadline {
  const controller = new AbortController();
  const abort = (reason: StopReason): void => {
    controller.abort(reason);
  };
  const timer = setTimeout(() => {
    abort({ kind: 'timeout', seconds });
  }, seconds * 1000);
  const cancel = (signal: NodeJS.Signals): void => {
    abort({ kind: 'cancelled', signal });
  };
  for (const signal of cancelling) process.on(signal, cancel);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      for (const signal of cancelling) process.off(signal, cancel);
    },
  };
}

/** Why a deadline's signal has fired. Signals of others, such as a test's, count as cancelled. */
export function stopReasonOf(signal: AbortSignal): StopReason {
  const reason = signal.reason as StopReason | Error;
  return 'kind' in reason ? reason : { kind: 'cancelled', signal: 'SIGINT' };
}
