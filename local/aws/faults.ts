import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Keys } from './sessions.ts';
import type { ErrorAnswer, AnswerChanges } from './xml.ts';

/** A fault to inject. */
export type Fault = {
  /** `AssumeRole`, `AssumeRoleWithWebIdentity`, `GetCallerIdentity`; default: any. */
  readonly action?: string;
  readonly roleArn?: string;
  /** Requests to let through first. */
  readonly skip?: number;
  /** Default 1. */
  readonly times?: number;
} & FaultEffect;

/** What replaces or changes an answer. */
export type FaultEffect =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'throttle' | 'internal-error' | 'unavailable' | 'reset' | 'cut-short' }
  | { readonly kind: 'hang'; readonly phase: 'before-headers' | 'headers' | 'body' }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'raw'; readonly status: number; readonly contentType: string; readonly body: string }
  /** The real answer with another ARN, or other parts of it. */
  | {
      readonly kind: 'identity';
      readonly arn?: string;
      readonly accountId?: string;
      readonly roleName?: string;
      readonly sessionName?: string;
    }
  /**
   * Other credentials than random ones, by the names of STS's elements. Such keys are issued: requests that they sign
   * are valid. Another Expiration is only reported. `omit`: elements to leave out of the answer.
   */
  | {
      readonly kind: 'credentials';
      readonly values?: Readonly<Partial<Record<CredentialName, string>>>;
      readonly omit?: readonly string[];
    }
  | { readonly kind: 'delay'; readonly ms: number };

type CredentialName = 'AccessKeyId' | 'SecretAccessKey' | 'SessionToken' | 'Expiration';

/** Faults that are injected at random. */
export interface RandomFaults {
  /** Of all requests, from 0 to 1. */
  readonly share: number;
  /** Each with the same probability. */
  readonly faults: readonly FaultEffect[];
}

/** The faults that are to come. */
export class Faults {
  readonly #waiting: { fault: Fault; skip: number; times: number }[] = [];
  readonly #randomFaults: RandomFaults | undefined;

  constructor(randomFaults?: RandomFaults) {
    this.#randomFaults = randomFaults;
  }

  add(fault: Fault): void {
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  /** The fault of a request, which counts as used. */
  take(action: string, roleArn: string | undefined): Fault | undefined {
    for (const entry of this.#waiting) {
      const { fault } = entry;
      if (entry.times < 1 || (fault.action ?? action) !== action || (fault.roleArn ?? roleArn) !== roleArn)
        continue;
      if (entry.skip > 0) entry.skip--;
      else {
        entry.times--;
        return fault;
      }
    }
    if (!this.#randomFaults || Math.random() >= this.#randomFaults.share) return undefined;
    return this.#randomFaults.faults[Math.floor(Math.random() * this.#randomFaults.faults.length)];
  }
}

/** Whether the request has its effect, and the fault changes only the answer or its time. */
export const answersAnyway = (fault: Fault | undefined): boolean =>
  fault === undefined || ['identity', 'credentials', 'delay'].includes(fault.kind);

/** What a fault changes in a correct answer. */
export function answerChangesOf(fault: Fault | undefined): AnswerChanges {
  const credentials = fault?.kind === 'credentials' ? (fault.values ?? {}) : {};
  const omit = fault?.kind === 'credentials' ? (fault.omit ?? []) : [];
  return { arn: (arn) => (fault?.kind === 'identity' ? otherArn(arn, fault) : arn), credentials, omit };
}

function otherArn(arn: string, fault: Extract<FaultEffect, { kind: 'identity' }>): string {
  if (fault.arn !== undefined) return fault.arn;
  const [, partition = '', service = '', account = '', resource = ''] =
    /^arn:([^:]*):([^:]*)::(\d*):(.*)$/.exec(arn) ?? [];
  const [kind = '', role = '', session] = resource.split('/');
  const names = [kind, fault.roleName ?? role, fault.sessionName ?? session].filter(
    (one) => one !== undefined,
  );
  return `arn:${partition}:${service}::${fault.accountId ?? account}:${names.join('/')}`;
}

/** The keys to issue instead of random ones. */
export function keysOf(fault: Fault | undefined): Partial<Keys> {
  if (fault?.kind !== 'credentials') return {};
  const { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token } = fault.values ?? {};
  return {
    ...(id === undefined ? {} : { accessKeyId: id }),
    ...(secret === undefined ? {} : { secretAccessKey: secret }),
    ...(token === undefined ? {} : { sessionToken: token }),
  };
}

/** The error of a fault, as STS answers it. */
export function errorOf(fault: Fault | undefined): ErrorAnswer | undefined {
  if (fault?.kind === 'error') return fault;
  if (fault?.kind === 'throttle') return { status: 400, code: 'Throttling', message: 'Rate exceeded' };
  if (fault?.kind !== 'internal-error') return undefined;
  const message = 'The request processing has failed because of an unknown error, exception or failure.';
  return { status: 500, code: 'InternalFailure', message };
}

/** The status that a fault sends instead of an answer: 0 for no answer; undefined where the answer is sent. */
export function statusOf(fault: Fault | undefined): number | undefined {
  switch (fault?.kind) {
    case 'reset':
      return 0;
    case 'cut-short':
      return 200;
    case 'hang':
      return fault.phase === 'body' ? 200 : 0;
    case 'unavailable':
      return 503;
    case 'html':
    case 'raw':
      return fault.status;
    default:
      return undefined;
  }
}

/** Sends what a fault sends. @returns whether that replaces the answer */
export function disturb(fault: Fault | undefined, response: ServerResponse): boolean {
  const status = statusOf(fault);
  if (fault === undefined || status === undefined) return false;
  const send = (contentType: string, body: string): void => {
    response.writeHead(status, { 'content-type': contentType }).end(body);
  };
  if (fault.kind === 'reset') reset(response.socket);
  if (fault.kind === 'cut-short') cutShort(response);
  if (fault.kind === 'hang') hang(fault.phase, response);
  if (fault.kind === 'unavailable') send('text/xml', '');
  if (fault.kind === 'html') send('text/html', '<!doctype html><html><body>Please sign in<br></html>');
  if (fault.kind === 'raw') send(fault.contentType, fault.body);
  return true;
}

/** A TLS connection cannot be reset, only cut. */
function reset(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

/** An answer of which the beginning comes. */
function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 2000 });
  response.write('<AssumeRoleResponse>', () => response.socket?.destroy());
}

function hang(phase: 'before-headers' | 'headers' | 'body', response: ServerResponse): void {
  if (phase === 'headers') response.socket?.write('HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n');
  if (phase === 'body') response.writeHead(200, { 'content-type': 'text/xml' }).write('<AssumeRoleResponse>');
}
