import { endpointOf } from '../aws/sts-endpoint.ts';
import { openBase, sourceDependencies } from '../sources/sources.ts';
import type { BaseSource } from '../sources/source.ts';
import type { Request } from '../request/request.ts';
import type { Sts } from '../sts/client.ts';
import { untilSent, type Connections } from '../sts/connections.ts';
import { deadlineAfter } from '../sts/deadline.ts';
import { openSts } from '../sts/open-sts.ts';
import type { RetryOptions } from '../sts/retry.ts';

/**
 * The beginning of a step's requests. It is apart from what makes the requests: the first packets leave before that code is
 * loaded, which takes as long as a short round trip.
 */

export interface BegunRequests {
  /** When the first packets have left: what blocks the event loop from then on delays none of them. */
  readonly underWay: Promise<unknown>;
  readonly connections: Connections;
  readonly base: BaseSource;
  readonly retryOptions: RetryOptions;
  /** The client of the request's own STS, when its code is loaded. */
  readonly sts: Promise<typeof Sts>;
  /** Ends the time limit, and closes all connections. */
  close(): void;
}

/**
 * Starts the step's time limit, opens a connection to STS, and asks for the token if the chain starts from one.
 * @param effects `secret` registers a value before it is used; `say` logs a retry
 * @param connections may have been opened before, and are closed with the rest
 */
export function beginRequests(
  { base: from, sts: settings, step }: Request,
  environment: NodeJS.ProcessEnv,
  connections: Connections,
  { secret, say }: { readonly secret: (value: string) => void; readonly say: (line: string) => void },
): BegunRequests {
  const stop = deadlineAfter(step.limits.timeoutSeconds);
  const retryOptions = { ...step.limits, signal: stop.signal, say };
  const dependencies = sourceDependencies(environment, connections, settings.region, {
    retryOptions,
    secret,
  });
  const base = openBase(from, dependencies);
  const sts = openSts(settings, connections, stop.signal, base.ahead());
  const underWay = untilSent(connections.open(endpointOf(settings).url));
  // The requests that wait for it report the error.
  sts.catch(() => undefined);
  return {
    ...{ underWay, connections, base, retryOptions, sts },
    close: () => {
      stop.release();
      connections.close();
    },
  };
}
