/** What ends a step from outside: its own time limit, and the runner's signals. */

/** Ends with a reason that begins a sentence; `release` lets the process go. */
export interface Stop {
  readonly signal: AbortSignal;
  release(): void;
}

/** How the runner's signals are told: the beginning of a sentence. */
export const cancelled = 'The step was cancelled';

/**
 * A signal that fires after so many seconds (`timeout-seconds`), or when the runner cancels the step: it sends
 * SIGINT, after 7.5 s SIGTERM, after 2.5 s more it kills (actions/runner, ProcessInvoker).
 */
export function deadlineAfter(seconds: number): Stop {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`timeout-seconds (${seconds}) ran out`));
  }, seconds * 1000);
  const cancel = (): void => {
    controller.abort(new Error(cancelled));
  };
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      process.removeListener('SIGINT', cancel).removeListener('SIGTERM', cancel);
    },
  };
}
