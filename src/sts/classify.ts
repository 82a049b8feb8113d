import { oneLine } from '../text/log-line.ts';
import type { Answer } from './errors.ts';

/**
 * The one classifier: what an error of the SDK, the network or the ID token service means for another try. The words of
 * AWS and of Node.js are matched here and in `failures/`, where they are explained, and nowhere else.
 */

/** The fields of errors from every library. SDK classes are recognized by name: `instanceof` fails across bundles. */
interface Thrown {
  name?: unknown;
  Code?: unknown;
  code?: unknown;
  message?: unknown;
  transient?: unknown;
  /** Of `exchange.ts`. */
  certificateIssuer?: unknown;
  /** The body of an answer that is in no format of the service. */
  body?: unknown;
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
  'AnswerCutShort',
]);

/** AWS's codes for too many requests (AWS SDKs and Tools Reference Guide, "Retry behavior"). */
const throttlingCodes = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
]);

/** STS's codes for a fault that passes (AWS STS API Reference, "Common errors"; IDPCommunicationError documents it). */
const transientCodes = new Set([
  'RequestTimeout',
  'RequestTimeoutException',
  'InternalFailure',
  'InternalError',
  'ServiceUnavailable',
  'IDPCommunicationError',
  'IDPCommunicationErrorException',
]);

/** AWS's words when it could not fetch the issuer's keys: the only InvalidIdentityToken that is worth another try. */
const keyRetrieval = /couldn't retrieve verification key/i;

/** With a wrong signature STS quotes what it signed, which includes the session token; only authors of SDKs need it. */
const canonical = /\s*The Canonical String for this request[^]*/;

/** Reads whatever was thrown. Nothing but code, message, status and request id is used. */
export function readAnswer(error: unknown): Answer {
  const thrown = fieldsOf(error);
  const text = wordsOf(thrown);
  const code = codeOf(thrown);
  const status = thrown.$metadata?.httpStatusCode ?? thrown.$response?.statusCode ?? proxyStatus(code, text);
  if (status !== undefined && !isFromService(thrown, code)) return foreignAnswer(thrown, code, status);
  const { requestId, clockSkewCorrected } = thrown.$metadata ?? {};
  return {
    code,
    text: oneLine(text) || 'no message',
    requestId: requestId === undefined ? undefined : oneLine(requestId),
    status,
    from: status === undefined ? 'network' : 'service',
    ...(typeof thrown.certificateIssuer === 'string'
      ? { certificateIssuer: oneLine(thrown.certificateIssuer) }
      : {}),
    transient: thrown.transient === true || isTransient(code, text, status),
    throttled: isThrottling(code, status),
    clockCorrected: clockSkewCorrected === true,
  };
}

const isThrottling = (code: string, status: number | undefined): boolean =>
  throttlingCodes.has(code) || status === 429;

const programFaults = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'];

/** Whether an error is a fault of this program, or of a Node.js that is too old for it: nobody has answered. */
export function isProgramFault(error: unknown): boolean {
  const { name, $metadata, $response } = fieldsOf(error);
  return programFaults.includes(String(name)) && $metadata === undefined && $response === undefined;
}

/** A message without what must not be shown: see {@link readAnswer}; a failed program's has its command line. */
export function harmlessMessage(error: unknown): string {
  const thrown = fieldsOf(error);
  const text = wordsOf(thrown);
  return 'cmd' in thrown || text.startsWith('Command failed') ? 'a program failed' : oneLine(text);
}

const fieldsOf = (error: unknown): Thrown =>
  typeof error === 'object' && error !== null ? error : { message: String(error) };

const wordsOf = ({ message }: Thrown): string =>
  typeof message === 'string' ? message.replace(canonical, '') : '';

/** A proxy's answer to CONNECT, which Node.js turns into an error. */
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

/** Whether an HTTP answer is STS's (or the ID token service's) own: a proxy's page is not in their format. */
function isFromService(thrown: Thrown, code: string): boolean {
  return (
    // The SDK calls any 404 NotFound; STS has no such code.
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

function foreignAnswer({ body }: Thrown, code: string, status: number): Answer {
  const byProxy = code === 'ERR_PROXY_TUNNEL';
  const page = titleOf(body);
  return {
    code: `HTTP ${status}`,
    text: byProxy
      ? 'the proxy did not open the connection'
      : 'the response is not in the format of the service: a proxy, a captive portal or another server may have answered',
    status,
    from: byProxy ? 'proxy' : 'other',
    ...(page === undefined ? {} : { page }),
    transient: isTransientStatus(status),
    throttled: status === 429,
    clockCorrected: false,
  };
}

/** The title of an HTML page; undefined where there is none. */
function titleOf(body: unknown): string | undefined {
  const title = typeof body === 'string' ? /<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim() : undefined;
  return title === undefined || title === '' ? undefined : oneLine(title).slice(0, 100);
}

const isTransientStatus = (status: number | undefined): boolean =>
  status !== undefined && (status >= 500 || status === 429 || status === 408);

function isTransient(code: string, text: string, status: number | undefined): boolean {
  if (isThrottling(code, status) || transientCodes.has(code)) return true;
  if (networkCodes.has(code) || isTransientStatus(status)) return true;
  return status === undefined ? text.includes('socket hang up') : keyRetrieval.test(text);
}
