import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createSecureServer } from 'node:tls';

/**
 * A network link with TLS at its far end, in front of a plain HTTP server on loopback. Each direction takes half a
 * round trip, and the first bytes of a connection wait until one round trip has passed since it was opened, as they do
 * for the TCP handshake, which the kernel answers here at once. Bandwidth, losses and congestion are not modeled.
 */

/** The events of a link, in order. */
export interface LinkEvent {
  readonly link: string;
  /** A connection was opened; its first bytes (over TLS the ClientHello) were sent; an answer began on its way back. */
  readonly event: 'connection' | 'hello' | 'answer';
}

export interface LinkOptions {
  /** For the events. */
  readonly name: string;
  /** URL of the plain server behind it. */
  readonly target: string;
  /** PEM. */
  readonly https: { readonly key: string; readonly cert: string };
  /** Milliseconds of a round trip. */
  readonly rttMs?: number;
  /** Milliseconds from the arrival of a request to its answer, where the server itself is not slower. */
  readonly answerMs?: number;
  /** Answers wait for it. */
  readonly until?: () => Promise<void>;
  readonly record?: (event: LinkEvent) => void;
}

export interface Link {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a link on loopback. */
export async function startLink(options: LinkOptions): Promise<Link> {
  const { name, target, https, rttMs = 0, answerMs = 0, until, record = () => undefined } = options;
  const sockets = new Set<Socket>();
  const far = createSecureServer(https, (client) => {
    const server = connect(Number(new URL(target).port), '127.0.0.1');
    for (const socket of [client, server]) sockets.add(socket);
    let asked = 0;
    forward(client, server, () => {
      asked = performance.now();
      return undefined;
    });
    forward(server, client, async () => {
      await until?.();
      const rest = asked + answerMs - performance.now();
      if (rest > 0) await pause(rest);
      record({ link: name, event: 'answer' });
    });
  });
  await listening(far);
  const near = createServer({ noDelay: true }, (client) => {
    record({ link: name, event: 'connection' });
    const end = connect((far.address() as AddressInfo).port, '127.0.0.1');
    for (const socket of [client, end]) sockets.add(socket);
    const shaken = performance.now() + rttMs;
    let first = true;
    forward(client, end, () => {
      if (first) record({ link: name, event: 'hello' });
      first = false;
      return pause(Math.max(0, shaken - performance.now()) + rttMs / 2);
    });
    forward(end, client, () => pause(rttMs / 2));
  });
  await listening(near);
  return {
    url: `https://127.0.0.1:${(near.address() as AddressInfo).port}`,
    close: async () => {
      await Promise.all([stop(near, sockets), stop(far, sockets)]);
    },
  };
}

const listening = (server: Server): Promise<unknown> => once(server.listen(0, '127.0.0.1'), 'listening');

/** Servers of sockets, unlike those of HTTP, do not close their connections themselves. */
async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

/** Passes bytes on in order, each when it has arrived. */
function forward(from: Socket, to: Socket, arrival: () => Promise<unknown> | undefined): void {
  let passed: Promise<unknown> = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    passed = Promise.all([passed, arrival()]).then(() => {
      if (!to.destroyed) to.write(chunk);
    });
  });
  from.on('close', () => {
    void passed.then(() => to.destroy());
  });
  from.on('error', () => undefined);
}
