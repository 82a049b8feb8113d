import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** A request as received. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Bytes. STS's largest parameter is a token of 20,000 characters. */
const bodyLimit = 256 * 1024;

/** @throws Refusal (413) for a body that is too large, after reading all of it, so that the sender gets the answer */
export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) throw new Refusal(413, 'RequestEntityTooLarge', 'Request size exceeded the limit.');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(',')]),
  );
  return { method: request.method ?? '', target: request.url ?? '/', headers, body: Buffer.concat(chunks) };
}

/** The path of a request, as sent. */
export const pathOf = ({ target }: WireRequest): string => target.split('?', 1)[0] ?? '/';

/** The query of a request, decoded. */
export function queryOf({ target }: WireRequest): URLSearchParams {
  const start = target.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : target.slice(start));
}
