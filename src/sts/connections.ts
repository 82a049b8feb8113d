import { Agent as HttpAgent, request, type AgentOptions, type ClientRequest } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import { ActionError } from '../text/action-error.ts';
import { addSecret } from '../text/redact.ts';
import { DirectAgent, tls, type DirectOptions } from './direct-agent.ts';
import {
  exchange,
  openRequest,
  phaseSeconds,
  type HttpAnswer,
  type HttpRequest,
  type Opened,
} from './exchange.ts';
import { Names } from './lookup.ts';
import { hasProxy, proxyFaults, proxyPasswords, withProxies } from './proxy.ts';

/** Milliseconds. A name that takes longer to resolve leaves time to load code in the meantime. */
const soon = 20;

/** Waits until the first packet has left, but not for long. @param opening what {@link Connections.open} returned */
export const untilSent = (opening: Promise<void>): Promise<void> => Promise.race([opening, pause(soon)]);

/** For a proxy's answer to CONNECT: a name and a connection together. */
const tunnelSeconds = 2 * phaseSeconds.connection;

/**
 * The connections of a step: through the environment's proxies, kept alive from one request to the next, closed
 * together. A connection can be opened before its request is known, so that its round trips pass while other things
 * are done.
 */
export class Connections {
  readonly #settings: AgentOptions;
  readonly #direct: boolean;
  readonly #names = new Names();
  readonly #opened = new Map<string, Opened[]>();
  #plain: HttpAgent | undefined;
  #secure: HttpsAgent | undefined;
  #early: DirectAgent | undefined;
  #context: SecureContext | undefined;

  /**
   * @param environment for the proxy's variables
   * @throws ActionError proxy-unusable, without the value; Node.js would quote it, or ignore it
   */
  constructor(environment: NodeJS.ProcessEnv) {
    for (const value of proxyPasswords(environment)) addSecret(value);
    const [fault] = proxyFaults(environment, process.versions.node);
    if (fault) throw new ActionError('proxy-unusable', `${fault.name} ${fault.text}`);
    const { lookup } = this.#names;
    this.#settings = { keepAlive: true, proxyEnv: withProxies(environment), lookup };
    this.#direct = !hasProxy(environment);
  }

  /**
   * Opens connections for later requests to this server: TCP, TLS, the proxy's tunnel; nothing is sent. What fails here is
   * reported by the request that would have used the connection.
   * @param count how many requests will be made at once
   * @returns when the first attempt is under way: what blocks the event loop from then on delays no packet of it
   */
  async open(
    url: URL,
    { count = 1, method = 'POST' }: { readonly count?: number; readonly method?: HttpRequest['method'] } = {},
  ): Promise<void> {
    const key = this.#keyOf(url, method);
    const waiting = this.#opened.get(key) ?? [];
    this.#opened.set(key, waiting);
    for (let more = count - waiting.length; more > 0; more--) waiting.push(this.#open(url, method));
    await waiting[0]?.underWay;
  }

  /**
   * Makes a request, once; a redirection is an answer like any other. Time limits: 10 seconds to resolve the name, 10
   * to connect, 10 for the answer.
   * @param signal ends it
   * @param sent called when the whole request is on its way
   * @throws the network's error, or a TimeoutError; `AnswerTooLarge`; `AnswerCutShort`; the signal's reason
   */
  send(url: URL, asked: HttpRequest, signal: AbortSignal, sent?: () => void): Promise<HttpAnswer> {
    const opened = this.#take(url, asked.method) ?? this.#open(url, asked.method);
    return exchange(opened, asked, signal, sent);
  }

  /** A connection that was opened ahead; one that was closed since, unused, is none. */
  #take(url: URL, method: HttpRequest['method']): Opened | undefined {
    for (;;) {
      const opened = this.#opened.get(this.#keyOf(url, method))?.shift();
      if (opened?.wasClosed()) continue;
      // The path may not have been known when the connection was opened.
      if (opened && this.#direct) opened.request.path = url.pathname + url.search;
      return opened;
    }
  }

  /** A proxy gets the whole address when the connection is opened. */
  #keyOf({ origin, href }: URL, method: HttpRequest['method']): string {
    return `${method} ${this.#direct ? origin : href}`;
  }

  #open(url: URL, method: HttpRequest['method']): Opened {
    const worked = (family: number): void => {
      this.#names.worked(url.hostname, family);
    };
    const secure = url.protocol === 'https:';
    const agent = !secure ? this.#withoutTls() : this.#direct ? this.#withTlsAfterTcp() : this.#withTls();
    const timeout = secure && !this.#direct ? tunnelSeconds * 1000 : undefined;
    const open = (attempted: () => void): ClientRequest => {
      const options: DirectOptions = { agent, method, attempted, timeout };
      return request(url, options);
    };
    return openRequest(open, secure ? 'secureConnect' : 'connect', worked);
  }

  #withoutTls(): HttpAgent {
    return (this.#plain ??= new HttpAgent(this.#settings));
  }

  #withTlsAfterTcp(): DirectAgent {
    const { keepAlive, lookup } = this.#settings;
    return (this.#early ??= new DirectAgent({ keepAlive, lookup }, () => this.#secureContext()));
  }

  #withTls(): HttpsAgent {
    return (this.#secure ??= new (https().Agent)({
      ...this.#settings,
      secureContext: this.#secureContext(),
    }));
  }

  /**
   * Certificates, ciphers and protocols as Node.js is set up: `NODE_EXTRA_CA_CERTS` and `NODE_USE_SYSTEM_CA` included.
   * One context for all connections: Node.js would make one for each, which takes longer than a request's signature.
   */
  #secureContext(): SecureContext {
    return (this.#context ??= tls().createSecureContext());
  }

  /** For what makes its requests by itself: both kinds. */
  agents(): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
    return { httpAgent: this.#withoutTls(), httpsAgent: this.#withTls() };
  }

  /** Closes all connections, those that hang included. */
  close(): void {
    for (const opened of [...this.#opened.values()].flat()) opened.discard();
    this.#opened.clear();
    this.#plain?.destroy();
    this.#early?.destroy();
    this.#secure?.destroy();
  }
}

/** Loaded where it is needed, as {@link tls} is. */
const https = (): typeof import('node:https') => process.getBuiltinModule('node:https');
