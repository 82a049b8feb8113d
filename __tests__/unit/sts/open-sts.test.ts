import { getEventListeners } from 'node:events';
import { expect, jest, test } from '@jest/globals';
import { Sts } from '../../../src/sts/client.ts';
import type { Connections } from '../../../src/sts/connections.ts';
import { openSts } from '../../../src/sts/open-sts.ts';

const settings = { region: 'eu-west-1', useFips: false, useDualstack: false };
const never = Promise.withResolvers<never>().promise;

/** Connections whose first attempt is under way when a promise is fulfilled. */
function opening(underWay: Promise<void>): { connections: Connections; opened: string[] } {
  const opened: string[] = [];
  const open = (url: URL): Promise<void> => {
    opened.push(url.href);
    return underWay;
  };
  return { connections: { open } as unknown as Connections, opened };
}

test('a connection to the endpoint is under way, and the token is requested, before the code is loaded', async () => {
  const { signal } = new AbortController();
  const { connections, opened } = opening(Promise.resolve());
  const sent = Promise.withResolvers<undefined>();
  let loaded = false;
  const loading = openSts(settings, connections, signal, sent.promise as Promise<void>).then((client) => {
    loaded = true;
    return client;
  });
  await new Promise(setImmediate);
  expect([opened, loaded]).toEqual([['https://sts.eu-west-1.amazonaws.com/'], false]);
  sent.resolve(undefined);
  expect(await loading).toBe(Sts);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a resolver that never answers does not outlive the signal', async () => {
  const stop = new AbortController();
  const loading = openSts(settings, opening(never).connections, stop.signal);
  stop.abort(new Error('over'));
  expect(await loading).toBe(Sts);
  expect(await openSts(settings, opening(never).connections, AbortSignal.abort())).toBe(Sts);
});

test('a proxy that opens no tunnel is waited for a second: then the request has its own time limit', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  const { signal } = new AbortController();
  const loading = openSts(settings, opening(never).connections, signal);
  jest.advanceTimersByTime(1000);
  expect(await loading).toBe(Sts);
  expect([getEventListeners(signal, 'abort'), jest.getTimerCount()]).toEqual([[], 0]);
  jest.useRealTimers();
});
