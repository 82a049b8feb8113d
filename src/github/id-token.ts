import { HttpClient } from '@actions/http-client';
import type { Readable } from 'node:stream';
import { capped } from '../sts/capped.ts';
import { requestSeconds } from '../sts/attempts.ts';

/**
 * GitHub's OIDC ID token (GitHub Docs, "OpenID Connect reference"). `core.getIDToken` waits three minutes for an
 * answer and gives up at a connection reset: this asks once, with a limit, and leaves trying again to its caller.
 */

/** Whether the job may ask for an ID token: the runner sets both variables with `id-token: write`. */
export function mayAskForIdToken(environment: NodeJS.ProcessEnv): boolean {
  return Boolean(
    environment['ACTIONS_ID_TOKEN_REQUEST_URL'] && environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  );
}

/**
 * Asks for an ID token, once. It lives 300 seconds.
 * @param secret registers the request's own token, and the one that comes
 * @throws an error with `$metadata.httpStatusCode` for an answer that holds no token, or the network's
 */
export async function requestIdToken(
  environment: NodeJS.ProcessEnv,
  audience: string,
  secret: (value: string) => void,
): Promise<string> {
  const url = new URL(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  const bearer = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  secret(bearer);
  url.searchParams.set('audience', audience);
  const options = { socketTimeout: requestSeconds * 1000, allowRetries: false, allowRedirects: false };
  const client = new HttpClient('assume-role-chain', [], options);
  const response = await client.get(url.href, {
    authorization: `Bearer ${bearer}`,
    accept: 'application/json',
  });
  const status = response.message.statusCode ?? 0;
  const body = parsed(await textOf(response.message));
  if (!body) throw notTheService(status);
  if (status === 200 && typeof body.value === 'string' && body.value !== '') {
    secret(body.value);
    return body.value;
  }
  throw refusal(status, typeof body.message === 'string' ? body.message : '');
}

async function textOf(message: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of capped(message) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Told by the classifier as what it is: a page of a proxy, or of another server. */
function notTheService(status: number): Error {
  return Object.assign(new SyntaxError('not JSON'), { $metadata: { httpStatusCode: status } });
}

/** @returns undefined for what is no JSON object; an answer without a body is an empty one */
function parsed(text: string): { value?: unknown; message?: unknown } | undefined {
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** The service says so of a job that has not quite begun (aws-actions/configure-aws-credentials, issue 469). */
const notYet = /can't issue id_token for job in '\w+' state/i;

function refusal(status: number, message: string): Error {
  const text = message || (status === 200 ? 'the answer holds no token' : 'no message');
  return Object.assign(new Error(text), {
    Code: `HTTP ${status}`,
    $metadata: { httpStatusCode: status },
    transient: status === 403 && notYet.test(message),
  });
}
