import { endpointOf } from '../aws/sts-endpoint.ts';
import type { StsSettings } from '../aws/plan.ts';
import type { Sts } from './client.ts';
import type { Connections } from './connections.ts';

/** Milliseconds. A proxy may open no tunnel at all: the request that follows has its time limit, and reports why. */
const longest = 1000;

/**
 * Opens a connection to STS, and loads the code that uses it while the network is busy: compiling and running that code
 * blocks the event loop for 20 milliseconds and more, so whatever is to be sent before is sent first.
 * @param signal ends the waiting, for a resolver may not answer at all: the request that follows reports why
 * @param sent what else is on its way out, such as the request for a token
 */
export async function openSts(
  settings: StsSettings,
  connections: Connections,
  signal: AbortSignal,
  sent: Promise<void> = Promise.resolve(),
): Promise<typeof Sts> {
  const aborted = Promise.withResolvers<undefined>();
  const stop = (): void => {
    aborted.resolve(undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const timer = setTimeout(stop, longest);
  const underWay = Promise.all([connections.open(endpointOf(settings).url), sent]);
  await Promise.race([underWay, aborted.promise]);
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  return (await import(/* webpackChunkName: 'sts' */ './client.ts')).Sts;
}
