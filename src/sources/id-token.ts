import type { Connections } from '../sts/connections.ts';

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
 * @param signal ends the request
 * @param sent called when the request is on its way
 * @throws an error with `$metadata.httpStatusCode` for an answer without a token, or the network's
 */
export async function requestIdToken(
  environment: NodeJS.ProcessEnv,
  audience: string,
  secret: (value: string) => void,
  connections: Connections,
  signal: AbortSignal,
  sent?: () => void,
): Promise<string> {
  const url = new URL(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  const bearer = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  secret(bearer);
  url.searchParams.set('audience', audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  const answered = await connections.send(url, { method: 'GET', headers }, signal, sent);
  const { status } = answered;
  const text = Buffer.from(answered.body).toString('utf8');
  const body = parsed(text);
  if (!body) throw notTheService(status, text);
  if (status === 200 && typeof body.value === 'string' && body.value !== '') {
    secret(body.value);
    return body.value;
  }
  throw refusal(status, typeof body.message === 'string' ? body.message : '');
}

/** The classifier recognizes what it is: a page of a proxy, or of another server. */
function notTheService(status: number, body: string): Error {
  return Object.assign(new SyntaxError('not JSON'), { body, $metadata: { httpStatusCode: status } });
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
  const text = message || (status === 200 ? 'the answer has no token' : 'no message');
  return Object.assign(new Error(text), {
    Code: `HTTP ${status}`,
    $metadata: { httpStatusCode: status },
    transient: status === 403 && notYet.test(message),
  });
}
