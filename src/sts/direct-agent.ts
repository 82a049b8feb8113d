import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';

/** What a request to this agent may say beside what Node.js knows. */
export interface DirectRequest {
  /** Called when the TCP handshake of a new connection begins. */
  readonly attempted: () => void;
}

/** As `http.Agent` calls it. */
type Created = (error: Error | null, stream: Duplex) => void;
type Wanted = ClientRequestArgs & { readonly attempted?: () => void; readonly servername?: string };

/**
 * Connections over TLS without a proxy. Loading Node's TLS and its certificates takes 15 ms, and `https.Agent` sends
 * nothing before: here the TCP handshake goes on meanwhile. All else is as there: names, limits, sessions resumed.
 */
export class DirectAgent extends Agent {
  readonly #secureContext: () => SecureContext;
  readonly #connecting = new Set<Socket>();
  readonly #sessions = new Map<string, Buffer>();

  /** @param secureContext makes the one for all connections; called when the first packet is under way */
  constructor(settings: AgentOptions, secureContext: () => SecureContext) {
    super(settings);
    // By these Node.js accepts a URL with `https:`; as options of the constructor they came with 24.
    Object.assign(this, { protocol: 'https:', defaultPort: 443 });
    this.#secureContext = secureContext;
  }

  override createConnection(wanted: Wanted, created: Created): undefined {
    const tcp = connect({ ...wanted, host: wanted.host ?? '', port: Number(wanted.port) });
    this.#connecting.add(tcp);
    tcp.once('connectionAttempt', () => {
      wanted.attempted?.();
      // The packet leaves in this turn of the event loop.
      setImmediate(() => {
        orDestroy(tcp, () => this.#secureContext());
      });
    });
    // As Node.js says of a request whose connection is closed before there is an answer.
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

  /** Closes the connections that are not open yet, too. */
  override destroy(): void {
    for (const tcp of this.#connecting) tcp.destroy();
    super.destroy();
  }
}

/** An error in an event would end the process; it is the request's, as that of `https.Agent` would be. */
function orDestroy(tcp: Socket, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    tcp.destroy(error as Error);
  }
}

/** Loaded at once, and only where it is needed: an `import()` would let whatever else is being loaded go first. */
export const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');
