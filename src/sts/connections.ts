import {
  Agent as HttpAgent,
  request,
  type AgentOptions,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { withProxies } from './proxy.ts';

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

  /** @param environment for the proxy's variables */
  constructor(environment: NodeJS.ProcessEnv) {
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

  /** Ends all connections, those that hang included. */
  close(): void {
    this.#plain?.destroy();
    this.#secure?.destroy();
  }
}

/** Bytes. No answer of STS, or of the ID token service, is anywhere near it. */
export const answerLimit = 1024 * 1024;

/** An answer without an end must not fill the memory. */
async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > answerLimit)
      throw Object.assign(new Error('the answer is larger than a megabyte'), { name: 'AnswerTooLarge' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
