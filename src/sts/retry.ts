import { setTimeout as pause } from 'node:timers/promises';
import { errorCodeOf } from '../text/action-error.ts';
import { isProgramFault, readAnswer } from './classify.ts';
import { stopReasonOf } from './deadline.ts';
import {
  describe,
  describeAnswer,
  Interrupted,
  RequestFailure,
  type Answer,
  type Attempt,
} from './errors.ts';

/** The one retry mechanism: every request of the step, also the one for the ID token, goes through `retry`. */

/** How long and how often to try. */
export interface RetryOptions {
  /** Tries of one request. */
  readonly maxAttempts: number;
  /** Seconds for which AccessDenied is retried: IAM may not have propagated the role everywhere yet. */
  readonly propagationWaitSeconds: number;
  /** Ends everything; see `deadlineAfter`. */
  readonly signal: AbortSignal;
  /** Writes one line to the log. */
  readonly say: (line: string) => void;
  /** Called with each answer that leads to another try. */
  readonly retrying?: ((answer: Answer) => void) | undefined;
  /** Milliseconds; replaced in tests. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Makes a request until it succeeds, fails for good, or is no longer worth it.
 * Backoff is exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * @throws RequestFailure; Interrupted when the signal fires. Errors that `request` throws on purpose (ActionError),
 *   and faults of this program, pass through: they are no service's answer
 */
export async function retry<T>(
  attempt: Attempt,
  retryOptions: RetryOptions,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = retryOptions;
  // A clock that no change of the time affects; loading `performance` for this alone would take longer.
  const began = process.uptime();
  let clockCorrected = false;
  let last: RequestFailure | undefined;
  // Answers while a role is propagated are no failures of the request: they are not counted.
  for (let tries = 1, counted = 1; ; tries++) {
    try {
      return await race(signal, () => request(signal));
    } catch (error) {
      last = failureOf(error, attempt, tries, { signal, last });
      const { answer } = last;
      const skewed: boolean = answer.clockCorrected && !clockCorrected;
      clockCorrected ||= answer.clockCorrected;
      const propagating = isPropagating(answer, process.uptime() - began, retryOptions);
      const worthIt = answer.transient && counted < retryOptions.maxAttempts;
      if (!(skewed || propagating || worthIt)) throw last;
      const most = skewed ? 0 : longest(propagating ? tries : counted, propagating);
      if (!propagating) counted++;
      await backOff(last, Math.round(Math.random() * most), retryOptions);
    }
  }
}

/** A try that failed. @throws what is no service's answer: see {@link retry} */
function failureOf(
  error: unknown,
  attempt: Attempt,
  tries: number,
  { signal, last }: { signal: AbortSignal; last: RequestFailure | undefined },
): RequestFailure {
  if (signal.aborted) throw new Interrupted(stopReasonOf(signal), attempt, last);
  if (errorCodeOf(error) !== undefined || isProgramFault(error)) throw error;
  return new RequestFailure(attempt, readAnswer(error), tries, error);
}

/** Milliseconds: doubled with each try, up to the cap; a role that is being propagated is tried more often. */
const backoff = { first: 400, cap: 5000, propagatingCap: 1500 } as const;

/** Whether a role may not be known everywhere yet. @param seconds since the first try */
const isPropagating = (
  { code }: Answer,
  seconds: number,
  { propagationWaitSeconds }: RetryOptions,
): boolean => denials.includes(code) && seconds < propagationWaitSeconds;

/** STS's code, and that of Organizations. */
const denials: readonly string[] = ['AccessDenied', 'AccessDeniedException'];

const longest = (tries: number, propagating: boolean): number =>
  Math.min(propagating ? backoff.propagatingCap : backoff.cap, backoff.first * 2 ** (tries - 1));

async function backOff(
  failure: RequestFailure,
  milliseconds: number,
  { signal, say, retrying, wait }: RetryOptions,
): Promise<void> {
  const { attempt, answer } = failure;
  const next = milliseconds < 100 ? 'now' : `in ${(milliseconds / 1000).toFixed(1)} s`;
  retrying?.(answer);
  say(`Trying again ${next}: ${describe(attempt)}: ${describeAnswer(answer)}`);
  try {
    await (wait ?? ((time) => pause(time, undefined, { signal })))(milliseconds, signal);
  } catch {
    throw new Interrupted(stopReasonOf(signal), attempt, failure);
  }
}

/** Runs work that has no time limit of its own; ends when the signal fires. @throws Interrupted */
export async function interruptible<T>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await race(signal, work);
  } catch (error) {
    if (signal.aborted) throw new Interrupted(stopReasonOf(signal), what);
    throw error;
  }
}

async function race<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const end = (): void => {
    ended.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(), ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
