import type { ServerResponse } from 'node:http';
import type { Tampering } from './xml.ts';

/** How a local AWS can be told to misbehave. */
export type Fault = {
  /** `AssumeRole`, `AssumeRoleWithWebIdentity`, `GetCallerIdentity`; default: any. */
  readonly action?: string;
  readonly roleArn?: string;
  /** Requests to let through first. */
  readonly skip?: number;
  /** Default 1. */
  readonly times?: number;
} & Misbehaviour;

/** What it does instead of, or with, its answer. */
export type Misbehaviour =
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'throttle' | 'internal-error' | 'unavailable' | 'reset' }
  | { readonly kind: 'hang'; readonly phase: 'before-headers' | 'headers' | 'body' }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'raw'; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly kind: 'identity'; readonly arn: string }
  | {
      readonly kind: 'credentials';
      readonly values?: Readonly<Record<string, string>>;
      readonly omit?: readonly string[];
    }
  | { readonly kind: 'delay'; readonly ms: number };

/** Faults that wait for their requests. */
export class Faults {
  readonly #waiting: { fault: Fault; skip: number; times: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  /** The fault for a request, used up by asking. */
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
    return undefined;
  }
}

/** What a fault changes in an answer that is otherwise right. */
export function tamperingOf(fault: Fault | undefined): Tampering {
  if (fault?.kind === 'identity') return { arn: fault.arn };
  if (fault?.kind === 'credentials') return { credentials: fault.values ?? {}, omit: fault.omit ?? [] };
  return {};
}

/** The errors that faults stand for, as STS answers them. */
export function errorOf(
  fault: Fault | undefined,
): { status: number; code: string; message: string } | undefined {
  if (fault?.kind === 'error') return fault;
  if (fault?.kind === 'throttle') return { status: 400, code: 'Throttling', message: 'Rate exceeded' };
  if (fault?.kind === 'internal-error') {
    return {
      status: 500,
      code: 'InternalFailure',
      message: 'The request processing has failed because of an unknown error.',
    };
  }
  return undefined;
}

/** Does to a connection what the fault says; returns whether the request is over with it. */
export function disturb(fault: Fault | undefined, response: ServerResponse): boolean {
  switch (fault?.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'hang':
      if (fault.phase !== 'before-headers')
        response.writeHead(200, { 'content-type': 'text/xml' }).flushHeaders();
      if (fault.phase === 'body') response.write('<AssumeRoleResponse>');
      return true;
    case 'unavailable':
      response.writeHead(503).end();
      return true;
    case 'html':
      response
        .writeHead(fault.status, { 'content-type': 'text/html' })
        .end('<!doctype html><html><body><p>Please sign in<br></body></html>');
      return true;
    case 'raw':
      response.writeHead(fault.status, { 'content-type': fault.contentType }).end(fault.body);
      return true;
    default:
      return false;
  }
}
