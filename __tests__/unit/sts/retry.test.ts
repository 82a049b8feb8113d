import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { interruptible, retry, type RetryOptions } from '../../../src/sts/retry.ts';
import { UnexpectedResponse } from '../../../src/sts/errors.ts';

const attempt = { operation: 'AssumeRole', roleArn: 'arn:x' } as const;
const said: string[] = [];
const waited: number[] = [];

const retryOptions = (more: Partial<RetryOptions> = {}): RetryOptions => ({
  maxAttempts: 5,
  propagationWaitSeconds: 0,
  signal: new AbortController().signal,
  say: (line) => said.push(line),
  wait: (milliseconds) => {
    waited.push(milliseconds);
    return Promise.resolve();
  },
  ...more,
});

const error = (Code: string, more: object = {}): Error =>
  Object.assign(new Error('text'), { name: Code, Code, $metadata: { httpStatusCode: 400 }, ...more });

/** Fails so often with what is given, then succeeds. */
const failing = (...errors: readonly Error[]): (() => Promise<string>) & { count: () => number } => {
  let count = 0;
  const request = (): Promise<string> => {
    const thrown = errors[count++];
    return thrown ? Promise.reject(thrown) : Promise.resolve('done');
  };
  return Object.assign(request, { count: () => count });
};

beforeEach(() => {
  said.length = 0;
  waited.length = 0;
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

test('what succeeds is not tried again', async () => {
  const request = failing();
  expect(await retry(attempt, retryOptions(), request)).toBe('done');
  expect(request.count()).toBe(1);
  expect(said).toEqual([]);
});

test('what passes is tried again: doubled each time, half of it by chance, each a line', async () => {
  const throttled = error('Throttling');
  expect(await retry(attempt, retryOptions(), failing(throttled, throttled, throttled, throttled))).toBe(
    'done',
  );
  expect(waited).toEqual([200, 400, 800, 1600]);
  expect(said[0]).toBe('Trying again in 0.2 s: AssumeRole of arn:x: Throttling: text');
});

test('the wait has a cap, and a wait of almost nothing is not shown as a number', async () => {
  const throttled = Array.from({ length: 6 }, () => error('Throttling'));
  await retry(attempt, retryOptions({ maxAttempts: 9 }), failing(...throttled));
  expect(waited.at(-1)).toBe(2500);
  jest.spyOn(Math, 'random').mockReturnValue(0);
  await retry(attempt, retryOptions(), failing(error('Throttling')));
  expect(said.at(-1)).toMatch(/^Trying again now: /);
});

test('no more tries than max-attempts; the failure counts them', async () => {
  const request = failing(...Array.from({ length: 9 }, () => error('Throttling')));
  await expect(retry(attempt, retryOptions({ maxAttempts: 3 }), request)).rejects.toMatchObject({
    name: 'RequestFailure',
    tries: 3,
  });
  expect(request.count()).toBe(3);
});

test('what is final fails at once', async () => {
  const request = failing(error('AccessDenied'));
  await expect(retry(attempt, retryOptions(), request)).rejects.toMatchObject({
    tries: 1,
    answer: { code: 'AccessDenied' },
  });
  expect(waited).toEqual([]);
});

test('our own failures pass through as they are', async () => {
  const mismatch = new UnexpectedResponse('incomplete', attempt, 'somebody else');
  await expect(retry(attempt, retryOptions(), failing(mismatch))).rejects.toBe(mismatch);
});

describe('propagation-wait-seconds', () => {
  test('tries AccessDenied, and only that, until the time is over', async () => {
    let now = 0;
    jest.spyOn(process, 'uptime').mockImplementation(() => now / 1000);
    const waiting = retryOptions({
      propagationWaitSeconds: 3,
      wait: () => Promise.resolve(void (now += 1000)),
    });
    const denied = failing(...Array.from({ length: 9 }, () => error('AccessDenied')));
    await expect(retry(attempt, waiting, denied)).rejects.toMatchObject({ tries: 4 });
    await expect(retry(attempt, waiting, failing(error('ValidationError')))).rejects.toMatchObject({
      tries: 1,
    });
    await expect(retry(attempt, waiting, failing(error('AccessDeniedException')))).resolves.toBe('done');
  });

  test('asks more often than one waits for a service', async () => {
    const denied = Array.from({ length: 6 }, () => error('AccessDenied'));
    await retry(attempt, retryOptions({ propagationWaitSeconds: 60 }), failing(...denied));
    expect(Math.max(...waited)).toBe(750);
  });
});

test('a corrected clock is good for one try, at once', async () => {
  const skewed = error('SignatureDoesNotMatch', {
    $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
  });
  expect(await retry(attempt, retryOptions(), failing(skewed))).toBe('done');
  expect(waited).toEqual([0]);
  await expect(retry(attempt, retryOptions(), failing(skewed, skewed))).rejects.toMatchObject({ tries: 2 });
});

describe('a signal', () => {
  test('ends a request that hangs', async () => {
    const stop = new AbortController();
    const hanging = retry(attempt, retryOptions({ signal: stop.signal }), () => new Promise(() => undefined));
    stop.abort({ kind: 'timeout', seconds: 1 });
    await expect(hanging).rejects.toThrow(
      'timeout-seconds (1) ran out while waiting for AssumeRole of arn:x',
    );
  });

  test('ends a wait, and the last answer is reported', async () => {
    const stop = new AbortController();
    const wait = (): Promise<void> => {
      stop.abort({ kind: 'cancelled', signal: 'SIGINT' });
      return Promise.reject(new Error('aborted'));
    };
    await expect(
      retry(attempt, retryOptions({ signal: stop.signal, wait }), failing(error('Throttling'))),
    ).rejects.toThrow(
      'Cancelled by SIGINT while waiting for AssumeRole of arn:x; its last answer was Throttling: text',
    );
  });

  test('that has fired lets nothing begin', async () => {
    const request = failing();
    await expect(
      retry(attempt, retryOptions({ signal: AbortSignal.abort(new Error('Over')) }), request),
    ).rejects.toMatchObject({ name: 'Interrupted' });
    expect(request.count()).toBe(0);
  });

  test('ends the real wait as well', async () => {
    const stop = new AbortController();
    const real = { ...retryOptions({ signal: stop.signal }), wait: undefined };
    const say = (): void => {
      setImmediate(() => {
        stop.abort(new Error('Over'));
      });
    };
    await expect(retry(attempt, { ...real, say }, failing(error('Throttling')))).rejects.toMatchObject({
      name: 'Interrupted',
    });
  });
});

test('the last failed attempt is the cause, with what was thrown as its own cause', async () => {
  const thrown = error('AccessDenied');
  await expect(retry(attempt, retryOptions(), failing(thrown))).rejects.toMatchObject({
    code: 'request-failed',
    cause: thrown,
  });
  const stop = new AbortController();
  const wait = (): Promise<void> => {
    stop.abort({ kind: 'timeout', seconds: 1 });
    return Promise.reject(new Error('aborted'));
  };
  await expect(
    retry(attempt, retryOptions({ signal: stop.signal, wait }), failing(error('Throttling'))),
  ).rejects.toMatchObject({
    reason: { kind: 'timeout', seconds: 1 },
    last: { answer: { code: 'Throttling', throttled: true } },
  });
});

test('a request that hangs after a failed attempt reports that failure', async () => {
  const stop = new AbortController();
  let tries = 0;
  const request = (): Promise<string> => {
    if (++tries === 1) return Promise.reject(error('Throttling'));
    setImmediate(() => {
      stop.abort({ kind: 'timeout', seconds: 1 });
    });
    return new Promise(() => undefined);
  };
  await expect(retry(attempt, retryOptions({ signal: stop.signal }), request)).rejects.toMatchObject({
    last: { answer: { code: 'Throttling' } },
  });
});

test.each([
  new TypeError('Promise.withResolvers is not a function'),
  new RangeError('x'),
  new ReferenceError('y'),
])("%s is this program's fault, and no answer", async (fault) => {
  const request = failing(fault);
  await expect(retry(attempt, retryOptions(), request)).rejects.toBe(fault);
  expect(request.count()).toBe(1);
});

test('interruptible work', async () => {
  expect(await interruptible('it', new AbortController().signal, () => Promise.resolve(1))).toBe(1);
  await expect(
    interruptible('it', new AbortController().signal, () => Promise.reject(new Error('own'))),
  ).rejects.toThrow('own');
  await expect(
    interruptible('it', AbortSignal.abort({ kind: 'timeout', seconds: 5 }), () => Promise.resolve(1)),
  ).rejects.toThrow('timeout-seconds (5) ran out while waiting for it');
});

test('denials while a role propagates do not use up the attempts of the request', async () => {
  const waiting = retryOptions({ propagationWaitSeconds: 60, maxAttempts: 2, wait: () => Promise.resolve() });
  const denied = Array.from({ length: 6 }, () => error('AccessDenied'));
  expect(await retry(attempt, waiting, failing(...denied, error('Throttling'), ...denied))).toBe('done');
  await expect(
    retry(attempt, waiting, failing(...denied, error('Throttling'), error('Throttling'))),
  ).rejects.toMatchObject({ tries: 8 });
});

test('nothing is left on the signal, or running, after what it was for', async () => {
  jest.restoreAllMocks();
  const { signal } = new AbortController();
  // Only those of what is tested here: other timers of this process come and go.
  const [timers, context] = [new Set<number>(), new AsyncLocalStorage<true>()];
  let count = 0;
  const hook = createHook({
    init: (id, type) => {
      if (type !== 'Timeout' || !context.getStore()) return;
      timers.add(id);
      count++;
    },
    destroy: (id) => timers.delete(id),
  }).enable();
  const rest = { ...retryOptions({ signal }), wait: undefined };
  jest.spyOn(Math, 'random').mockReturnValue(0.01);
  await context.run(true, async () => {
    expect(await retry(attempt, rest, failing(error('Throttling')))).toBe('done');
    await interruptible('x', signal, () => Promise.resolve());
  });
  // Node.js reports the end of a timer in a later turn of the event loop.
  await turn();
  await turn();
  hook.disable();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect([timers.size, count > 0]).toEqual([0, true]);
});

test('a wait of a tenth of a second is a figure', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.25);
  await retry(attempt, retryOptions(), failing(error('Throttling')));
  expect(said).toEqual([expect.stringMatching(/^Trying again in 0\.1 s: /)]);
});
