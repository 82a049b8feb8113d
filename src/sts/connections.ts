import { Agent as HttpAgent, request as requestPlain, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestSecure } from 'node:https';
import { requestSeconds } from './attempts.ts';
import { withProxies } from './proxy.ts';

/** What a server answered. */
export interface Answered {
  /** HTTP. */
  readonly status: number;
  readonly body: string;
}

/** The connections of a step: by the environment's proxies, kept alive from one request to the next, ended together. */
export class Connections {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;

  /** @param environment for the proxy's variables */
  constructor(environment: NodeJS.ProcessEnv) {
    const settings = { keepAlive: true, proxyEnv: withProxies(environment) };
    this.httpAgent = new HttpAgent(settings);
    this.httpsAgent = new HttpsAgent(settings);
  }

  /**
   * A GET request, made once; a redirection is an answer like any other.
   * @throws the network's error; `AnswerTooLarge`; the signal's reason
   */
  async get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answered> {
    const secure = url.protocol === 'https:';
    const agent = secure ? this.httpsAgent : this.httpAgent;
    const options = { agent, headers, signal, timeout: requestSeconds * 1000 };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    (secure ? requestSecure : requestPlain)(url, options, resolve).on('error', reject).end();
    const message = await promise;
    const body = await collected(message);
    return { status: message.statusCode ?? 0, body: Buffer.from(body).toString('utf8') };
  }

  /** Ends all connections, those that hang included. */
  close(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }
}

/** Bytes. No answer of STS, or of the ID token service, is anywhere near it. */
export const answerLimit = 1024 * 1024;

/**
 * All bytes of an answer.
 * @throws AnswerTooLarge for one that has more than {@link answerLimit}: an answer without an end must not fill the
 *   memory; the connection's error for one that broke off
 */
export async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
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
