import { setTimeout as pause } from 'node:timers/promises';
import { readAnswer } from './classify.ts';
import {
  describe,
  describeAnswer,
  Interrupted,
  RequestFailure,
  type Answer,
  type Attempt,
} from './errors.ts';

/** The one retry mechanism: every request of the step, the ID token's too, goes through `retry`. */

/** How long and how often to try. */
export interface RetryOptions {
  /** Tries of one request. */
  readonly maxAttempts: number;
  /** Seconds for which an AccessDenied is taken for a role that IAM has not made known everywhere yet. */
  readonly propagationWaitSeconds: number;
  /** Ends everything; its reason is the beginning of a sentence. */
  readonly signal: AbortSignal;
  /** One line for the log. */
  readonly say: (line: string) => void;
  /** Told of each answer that leads to another try. */
  readonly retrying?: ((answer: Answer) => void) | undefined;
  /** Milliseconds; replaced in tests. */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Makes a request until it succeeds, fails for good, or is no longer worth it.
 * Backoff is exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * @throws RequestFailure, or Interrupted when the signal fires; anything else that `request` throws on purpose
 *   (an AnswerMismatch) passes through
 */
export async function retry<T>(
  attempt: Attempt,
  retryOptions: RetryOptions,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Seconds that no change of the clock disturbs; `performance` would be loaded for this alone.
  const began = process.uptime();
  let clockCorrected = false;
  // Answers while a role is being made known are no failures of the request: they are not counted.
  for (let tries = 1, counted = 1; ; tries++) {
    try {
      return await race(retryOptions.signal, () => request(retryOptions.signal));
    } catch (error) {
      if (retryOptions.signal.aborted) throw interrupted(retryOptions.signal, describe(attempt));
      if (isOurs(error)) throw error;
      const answer = readAnswer(error);
      const skewed: boolean = answer.clockCorrected && !clockCorrected;
      clockCorrected ||= answer.clockCorrected;
      const settling = isSettling(answer, process.uptime() - began, retryOptions);
      const worthIt = answer.transient && counted < retryOptions.maxAttempts;
      if (!(skewed || settling || worthIt)) {
        throw new RequestFailure(attempt, answer, tries);
      }
      const most = skewed ? 0 : longest(settling ? tries : counted, settling);
      if (!settling) counted++;
      await backOff(attempt, answer, Math.round(Math.random() * most), retryOptions);
    }
  }
}

/** Milliseconds: doubled with each try, up to the cap; a role that IAM is making known is asked for more often. */
const backoff = { first: 400, cap: 5000, settlingCap: 1500 } as const;

/** Whether a role may not be known everywhere yet. @param seconds since the first try */
const isSettling = ({ code }: Answer, seconds: number, { propagationWaitSeconds }: RetryOptions): boolean =>
  code === 'AccessDenied' && seconds < propagationWaitSeconds;

const longest = (tries: number, settling: boolean): number =>
  Math.min(settling ? backoff.settlingCap : backoff.cap, backoff.first * 2 ** (tries - 1));

async function backOff(
  attempt: Attempt,
  answer: Answer,
  milliseconds: number,
  retryOptions: RetryOptions,
): Promise<void> {
  const next = milliseconds < 100 ? 'at once' : `in ${(milliseconds / 1000).toFixed(1)} s`;
  retryOptions.retrying?.(answer);
  retryOptions.say(`Trying again ${next}: ${describe(attempt)}: ${describeAnswer(answer)}`);
  const wait = retryOptions.wait ?? ((time, signal) => pause(time, undefined, { signal }));
  try {
    await wait(milliseconds, retryOptions.signal);
  } catch {
    const last = `${describe(attempt)}; its last answer was ${describeAnswer(answer)}`;
    throw interrupted(retryOptions.signal, last);
  }
}

/** Runs something that knows no time limit of its own; ends when the signal does. @throws Interrupted */
export async function interruptible<T>(
  what: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await race(signal, work);
  } catch (error) {
    if (signal.aborted) throw interrupted(signal, what);
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

function interrupted(signal: AbortSignal, waitingFor: string): Interrupted {
  return new Interrupted(
    signal.reason instanceof Error ? signal.reason.message : String(signal.reason),
    waitingFor,
  );
}

const isOurs = (error: unknown): boolean =>
  error instanceof Error &&
  ['AnswerMismatch', 'NoBaseCredentials', 'Interrupted', 'RequestFailure'].includes(error.name);
