import {
  Agent as HttpAgent,
  request,
  type AgentOptions,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { know } from '../text/redact.ts';
import { proxyFaults, proxyPasswords, withProxies } from './proxy.ts';

/** What is asked of a server. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What it answered. */
export interface Answered {
  /** HTTP. */
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** The connections of a step: by the environment's proxies, kept alive from one request to the next, ended together. */
export class Connections {
  readonly #settings: AgentOptions;
  #plain: HttpAgent | undefined;
  #secure: HttpAgent | undefined;

  /**
   * @param environment for the proxy's variables
   * @throws Error for a proxy that cannot be used, without its value; Node.js would quote it, or pass it by
   */
  constructor(environment: NodeJS.ProcessEnv) {
    for (const value of proxyPasswords(environment)) know(value);
    const [fault] = proxyFaults(environment, process.versions.node);
    if (fault) throw new Error(`${fault.name} ${fault.text}`);
    this.#settings = { keepAlive: true, proxyEnv: withProxies(environment) };
  }

  /**
   * Makes a request, once; a redirection is an answer like any other.
   * @param signal ends it; there is no other time limit here
   * @throws the network's error; `AnswerTooLarge`; an AbortError
   */
  async send(url: URL, { method, headers, body }: Asked, signal: AbortSignal): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { request, agent } = url.protocol === 'https:' ? await this.#withTls() : this.#withoutTls();
    request(url, { agent, method, headers, signal }, resolve).on('error', reject).end(body);
    const message = await promise;
    return {
      status: message.statusCode ?? 0,
      headers: message.headers,
      body: await collected(message),
    };
  }

  #withoutTls(): { request: typeof request; agent: HttpAgent } {
    return { request, agent: (this.#plain ??= new HttpAgent(this.#settings)) };
  }

  async #withTls(): Promise<{ request: typeof request; agent: HttpAgent }> {
    const { Agent, request: secureRequest } = await import('node:https');
    return { request: secureRequest, agent: (this.#secure ??= new Agent(this.#settings)) };
  }

  /** For what makes its requests by itself: both kinds. */
  async agents(): Promise<{ httpAgent: HttpAgent; httpsAgent: HttpAgent }> {
    return { httpAgent: this.#withoutTls().agent, httpsAgent: (await this.#withTls()).agent };
  }

  /** Ends all connections, those that hang included. */
  close(): void {
    this.#plain?.destroy();
    this.#secure?.destroy();
  }
}

/** Bytes. No answer of STS, or of the ID token service, is anywhere near it: an ID token has 20,000 at most. */
export const answerLimit = 128 * 1024;

/** An answer without an end must not fill the memory. */
async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > answerLimit)
      throw Object.assign(new Error(`the answer is larger than ${answerLimit / 1024} kB`), {
        name: 'AnswerTooLarge',
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
