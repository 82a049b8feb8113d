import {
  Agent as HttpAgent,
  request as requestPlain,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as requestSecure } from 'node:https';
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
  readonly #plain: HttpAgent;
  readonly #secure: HttpsAgent;

  /** @param environment for the proxy's variables */
  constructor(environment: NodeJS.ProcessEnv) {
    const settings = { keepAlive: true, proxyEnv: withProxies(environment) };
    this.#plain = new HttpAgent(settings);
    this.#secure = new HttpsAgent(settings);
  }

  /**
   * Makes a request, once; a redirection is an answer like any other.
   * @param signal ends it; there is no other time limit here
   * @throws the network's error; `AnswerTooLarge`; an AbortError
   */
  async send(url: URL, { method, headers, body }: Asked, signal: AbortSignal): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const asked =
      url.protocol === 'https:'
        ? requestSecure(url, { agent: this.#secure, method, headers, signal }, resolve)
        : requestPlain(url, { agent: this.#plain, method, headers, signal }, resolve);
    asked.on('error', reject).end(body);
    const message = await promise;
    return {
      status: message.statusCode ?? 0,
      headers: message.headers,
      body: await collected(message),
    };
  }

  /** Ends all connections, those that hang included. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
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
