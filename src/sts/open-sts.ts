import { endpointOf } from '../aws/sts-endpoint.ts';
import type { StsSettings } from '../aws/plan.ts';
import type { Sts } from './client.ts';
import type { Connections } from './connections.ts';

/**
 * Opens a connection to STS, and loads the code that uses it while the network is busy: compiling and running that code
 * blocks the event loop for 20 milliseconds and more, so whatever is to be sent before is sent first.
 * @param sent what else is on its way out, such as the request for a token
 */
export async function openSts(
  settings: StsSettings,
  connections: Connections,
  sent: Promise<void> = Promise.resolve(),
): Promise<typeof Sts> {
  await Promise.all([connections.open(endpointOf(settings).url), sent]);
  return (await import(/* webpackChunkName: 'sts' */ './client.ts')).Sts;
}
