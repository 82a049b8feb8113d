import { oneLine, type Answer } from './errors.ts';

/** The one classifier: what an error of the SDK, the network or the ID token service means for another try. */

/** What errors carry, whoever throws them. SDK classes are told by name: `instanceof` fails across bundles. */
interface Thrown {
  name?: unknown;
  Code?: unknown;
  code?: unknown;
  message?: unknown;
  transient?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string; clockSkewCorrected?: boolean };
  $response?: { statusCode?: number; headers?: Record<string, string> };
  cause?: unknown;
}

/** Node's and the resolver's codes for a connection that may well work the next time. */
const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ETIMEOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ERR_PROXY_TUNNEL',
  'TimeoutError',
]);

/** STS's codes for "not now" (AWS STS API Reference, "Common errors"; IDPCommunicationError says so itself). */
const transientCodes = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalFailure',
  'InternalError',
  'ServiceUnavailable',
  'IDPCommunicationError',
  'IDPCommunicationErrorException',
]);

/** AWS's words when it could not fetch the issuer's keys; with these, and these alone, InvalidIdentityToken passes. */
const keyRetrieval = /couldn't retrieve verification key/i;

/** With a wrong signature STS quotes what it signed, the session's token in it; that is of use to those who write SDKs. */
const canonical = /\s*The Canonical String for this request[^]*/;

/** Reads whatever was thrown. Nothing but code, message, status and request id is taken over. */
export function readAnswer(error: unknown): Answer {
  const thrown = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as Thrown;
  const text = textOf(thrown);
  const code = codeOf(thrown);
  const status = thrown.$metadata?.httpStatusCode ?? thrown.$response?.statusCode ?? proxyStatus(code, text);
  if (status !== undefined && !isFromService(thrown, code)) return foreignAnswer(status);
  const requestId = thrown.$metadata?.requestId;
  return {
    code,
    text: oneLine(text) || 'no message',
    requestId: requestId === undefined ? undefined : oneLine(requestId),
    status,
    transient: thrown.transient === true || isTransient(code, text, status),
    clockCorrected: thrown.$metadata?.clockSkewCorrected === true,
  };
}

const textOf = ({ message }: Thrown): string =>
  typeof message === 'string' ? message.replace(canonical, '') : '';

/** What a proxy answered to CONNECT, of which Node.js makes an error. */
function proxyStatus(code: string, text: string): number | undefined {
  const status = code === 'ERR_PROXY_TUNNEL' ? /HTTP\/\d\.\d (\d{3})/.exec(text)?.[1] : undefined;
  return status === undefined ? undefined : Number(status);
}

function codeOf(thrown: Thrown): string {
  // Node's own code (ECONNRESET, CERT_HAS_EXPIRED) says more than the name that the SDK puts over it.
  const codes = [thrown.Code, thrown.code, thrown.name];
  const code = codes.find((one) => typeof one === 'string' && one !== '' && one !== 'Error');
  return oneLine(typeof code === 'string' ? code : 'Error');
}

/** Whether an HTTP answer is STS's (or the ID token service's) own: a proxy's page parses as nothing of theirs. */
function isFromService(thrown: Thrown, code: string): boolean {
  return (
    // NotFound is what the SDK makes of any 404; STS has no such code.
    ![
      'Unknown',
      'UnknownError',
      'SyntaxError',
      'Error',
      'TypeError',
      'RangeError',
      'NotFound',
      'ERR_PROXY_TUNNEL',
    ].includes(code) && !String(thrown.message).includes('XML parse error')
  );
}

function foreignAnswer(status: number): Answer {
  return {
    code: `HTTP ${status}`,
    text: 'the answer is not in the form of the service: a proxy, a captive portal or another server may have answered',
    status,
    transient: isTransientStatus(status),
    clockCorrected: false,
  };
}

const isTransientStatus = (status: number | undefined): boolean =>
  status !== undefined && (status >= 500 || status === 429 || status === 408);

function isTransient(code: string, text: string, status: number | undefined): boolean {
  if (transientCodes.has(code) || networkCodes.has(code) || isTransientStatus(status)) return true;
  return status === undefined ? text.includes('socket hang up') : keyRetrieval.test(text);
}
