import type { Reply } from './actions.ts';
import { Refusal } from './refusal.ts';
import type { WireRequest } from './wire.ts';

/** Services that speak JSON (Smithy specification, "AWS JSON 1.1 protocol"). */

/** A request's parameters. */
export type JsonInput = Readonly<Record<string, unknown>>;

const contentType = 'application/x-amz-json-1.1';

/** @throws Refusal for a body that is not a JSON object, or is not sent as JSON */
export function jsonOf({ headers, method, body }: WireRequest): JsonInput {
  if (headers['content-type'] !== contentType || method !== 'POST')
    throw new Refusal(400, 'UnknownOperationException', '');
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonInput;
  } catch {
    // As below.
  }
  throw new Refusal(400, 'SerializationException', '');
}

/** An answer. */
export const jsonReply = (status: number, body: string): Reply => ({
  ...{ status, body },
  headers: { 'content-type': contentType },
});

/** Codes that JSON services have for errors that other services share. */
const codes: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  Throttling: 'TooManyRequestsException',
};

/** An error: those of the client are all 400. */
export const jsonError = ({ status, code, message }: Refusal): Reply =>
  jsonReply(status < 500 ? 400 : status, JSON.stringify({ __type: codes[code] ?? code, Message: message }));
