import { Agent, type AgentOptions, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';

/** The options of a request to this agent. */
export interface DirectOptions extends RequestOptions {
  /** Called when the TCP handshake of a new connection begins. Other agents do not call it. */
  readonly attempted?: () => void;
}

/** What `http.Agent` passes to `createConnection`: it adds the server's name. */
type Wanted = DirectOptions & { readonly servername?: string };
type Created = (error: Error | null, stream: Duplex) => void;

/**
 * Connections over TLS without a proxy. `https.Agent` sends nothing before Node's TLS and its certificates are loaded,
 * which takes 15 ms. This agent begins the TCP handshake first. Everything else works as in `https.Agent`: server names,
 * limits, resumed sessions, errors.
 */
export class DirectAgent extends Agent {
  readonly #secureContext: () => SecureContext;
  readonly #connecting = new Set<Socket>();
  readonly #sessions = new Map<string, Buffer>();

  /** @param secureContext returns the context of all connections. The first call comes after the first packet. */
  constructor(settings: AgentOptions, secureContext: () => SecureContext) {
    super(settings);
    // Without them Node.js refuses a URL with `https:`. The constructor accepts them as options only since 24.
    Object.assign(this, { protocol: 'https:', defaultPort: 443 });
    this.#secureContext = secureContext;
  }

  override createConnection(wanted: Wanted, created: Created): undefined {
    const tcp = connect({ ...wanted, host: wanted.host ?? '', port: Number(wanted.port) });
    this.#connecting.add(tcp);
    tcp.once('connectionAttempt', () => {
      wanted.attempted?.();
      // The packet leaves before this runs, in the same turn of the event loop.
      setImmediate(() => {
        orDestroy(tcp, () => this.#secureContext());
      });
    });
    // The error of Node.js for a connection that is closed before there is an answer.
    let failure: Error = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    tcp.once('error', (error) => (failure = error));
    tcp.once('close', () => {
      if (this.#connecting.delete(tcp)) created(failure, tcp);
    });
    tcp.once('connect', () => {
      orDestroy(tcp, () => {
        const secured = this.#secured(tcp, wanted);
        this.#connecting.delete(tcp);
        created(null, secured);
      });
    });
  }

  #secured(tcp: Socket, wanted: Wanted): Duplex {
    const key = `${wanted.host}:${wanted.port}`;
    const session = this.#sessions.get(key);
    const names = {
      host: wanted.host ?? '',
      servername: wanted.servername ?? '',
      socket: tcp,
      secureContext: this.#secureContext(),
    };
    const secured = tls().connect({ ...names, ...(session && { session }) });
    secured.on('session', (one) => this.#sessions.set(key, one));
    secured.once('close', (failed: boolean) => failed && this.#sessions.delete(key));
    return secured;
  }

  /** Also closes the connections that are not open yet. */
  override destroy(): void {
    for (const tcp of this.#connecting) tcp.destroy();
    super.destroy();
  }
}

/** An error thrown in an event handler would end the process. This way it fails the request. */
function orDestroy(tcp: Socket, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    tcp.destroy(error as Error);
  }
}

/** Loads TLS only where it is needed. Not by `import()`, which would wait for other modules that are being loaded. */
export const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');
