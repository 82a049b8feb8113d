import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** One request and its answer, over a connection that may have been opened ahead. */

/** An HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer to it. */
export interface HttpAnswer {
  /** HTTP. */
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/**
 * Seconds that each phase may take, from its own beginning. The name's phase has its limit in `lookup.ts`, of 10. A proxy's
 * tunnel has no socket to watch until TLS is set up in it; Node.js gives up waiting for the proxy's own answer first.
 */
export const phaseSeconds = { tunnel: 21, connection: 10, answer: 10 } as const;

/** Bytes. No answer of STS, or of the ID token service, is anywhere near it: an ID token has at most 20,000. */
export const answerLimit = 128 * 1024;

/** A request whose connection is being opened: its headers and body come later. */
export interface Opened {
  readonly request: ClientRequest;
  /** Fulfilled when a connection is being attempted or made, or has failed. Never rejected. */
  readonly underWay: Promise<void>;
  /** Fulfilled when the connection is open. Never rejected. */
  readonly connected: Promise<void>;
  /** Whether the other side closed the connection after it had been open. */
  wasClosed(): boolean;
  /** The error with which opening failed. */
  failure(): Error | undefined;
  discard(): void;
}

/**
 * @param open makes a request with nothing written: Node.js opens its connection when it is made. What it is given may be
 *   called when the connection is being attempted, before there is a socket
 * @param event of the socket that says that it can be written to: `connect`, or `secureConnect` over TLS
 * @param worked called with the family of the address (4 or 6) that answered
 */
export function openRequest(
  open: (attempted: () => void) => ClientRequest,
  event: 'connect' | 'secureConnect',
  worked: (family: number) => void,
): Opened {
  const [underWay, connected] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let isOpen = false;
  let failure: Error | undefined;
  let issuer: string | undefined;
  const attempted = underWay.resolve.bind(undefined, undefined);
  const request = open(attempted);
  request.once('socket', (socket: Socket) => {
    const opened = (): void => {
      isOpen = true;
      if (socket.remoteFamily) worked(socket.remoteFamily === 'IPv6' ? 6 : 4);
      attempted();
      connected.resolve(undefined);
    };
    if (isReady(socket, event)) {
      opened();
      return;
    }
    // Before Node.js verifies the certificate: once it has refused one, the socket no longer knows it.
    socket.prependOnceListener('secure', () => (issuer = issuerOf(socket)));
    if (isIP(request.host.replace(/^\[(.*)\]$/, '$1'))) attempted();
    socket.once('connectionAttempt', attempted);
    socket.once(event, opened);
  });
  request.on('error', (error) => {
    // For the explanation of a certificate that is not trusted: the issuer names who inspects TLS.
    failure ??= issuer === undefined ? error : Object.assign(error, { certificateIssuer: issuer });
    attempted();
  });
  return {
    request,
    underWay: underWay.promise,
    connected: connected.promise,
    wasClosed: () => isOpen && (request.destroyed || request.socket?.destroyed === true),
    failure: () => failure,
    discard: () => void request.destroy(),
  };
}

/** `CN=Proxy CA, O=Example`; undefined without a certificate. */
function issuerOf(socket: Socket): string | undefined {
  const certificate = (socket as Partial<TLSSocket>).getPeerCertificate?.();
  const parts = Object.entries(certificate?.issuer ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** One that is kept alive from an earlier request, or a proxy's tunnel, is open already: listeners would stay on it. */
const isReady = (socket: Socket, event: 'connect' | 'secureConnect'): boolean =>
  !socket.connecting && (event === 'connect' || isSecured(socket));

/** Not by `getProtocol()`, which names the newest protocol before there is an answer, as OpenSSL does. */
const isSecured = (socket: Socket): boolean => (socket as Partial<TLSSocket>).authorized === true;

/**
 * Sends what is asked and reads the whole answer.
 * @param sent called when the whole request has been handed to the operating system
 * @throws the network's error; a TimeoutError that names the phase; `AnswerTooLarge`; `AnswerCutShort`; the signal's reason
 */
export async function exchange(
  opened: Opened,
  asked: HttpRequest,
  signal: AbortSignal,
  sent: () => void = () => undefined,
): Promise<HttpAnswer> {
  const { request } = opened;
  const known = opened.failure();
  if (known) throw known;
  const failed = Promise.withResolvers<never>();
  const end = (error: Error): void => {
    failed.reject(error);
    request.destroy(error);
  };
  const abort = (): void => {
    end(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  const limits = phaseLimits(opened, end);
  try {
    signal.throwIfAborted();
    for (const [name, value] of Object.entries(asked.headers)) request.setHeader(name, value);
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    request.once('finish', sent).end(asked.body);
    return await Promise.race([answered(answer), failed.promise]);
  } finally {
    limits.release();
    signal.removeEventListener('abort', abort);
    failed.promise.catch(() => undefined);
  }
}

/** One time limit after another, as the request gets on. */
function phaseLimits(opened: Opened, end: (error: Error) => void): { release(): void } {
  let timer: NodeJS.Timeout | undefined;
  let released = false;
  const begin = (phase: keyof typeof phaseSeconds): void => {
    clearTimeout(timer);
    if (released) return;
    const seconds = phaseSeconds[phase];
    timer = setTimeout(() => {
      end(named('TimeoutError', `no ${phase} within ${seconds} s`, { phase }));
    }, seconds * 1000);
  };
  begin('tunnel');
  void opened.underWay.then(() => {
    begin('connection');
  });
  void opened.connected.then(() => {
    begin('answer');
  });
  return {
    release: () => {
      released = true;
      clearTimeout(timer);
    },
  };
}

async function answered(answer: Promise<IncomingMessage>): Promise<HttpAnswer> {
  const message = await answer;
  return { status: message.statusCode ?? 0, headers: message.headers, body: await collected(message) };
}

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

/** An answer without an end must not fill the memory. Node.js reports one that is cut off as any closed connection. */
async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > answerLimit) break;
      chunks.push(chunk);
    }
  } catch {
    throw named('AnswerCutShort', `the response was cut off after ${size} bytes`);
  }
  if (size > answerLimit) throw named('AnswerTooLarge', `the answer is larger than ${answerLimit / 1024} kB`);
  return Buffer.concat(chunks);
}
