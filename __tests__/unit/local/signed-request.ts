import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { LocalAws } from '../../../local/aws/server.ts';

/** A client that signs like AWS's own, and can do each part wrong on request. */

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What differs from a plain POST to STS. */
export interface Differences {
  readonly method?: string;
  /** Escaped once, as sent. */
  readonly path?: string;
  readonly service?: string;
  readonly region?: string;
  readonly date?: Date;
  /** Signed as well. */
  readonly headers?: Record<string, string>;
  /** What comes between signing and sending; a header that is undefined is left out. */
  readonly afterwards?: (headers: Record<string, string>) => Record<string, string | undefined>;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: string;
  /** Sent instead of the path and the query that were signed. */
  readonly sentTarget?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text of the first element of this name, still escaped. */
  readonly element: (name: string) => string | undefined;
  /** Status, code and message of an error. */
  readonly error: readonly [number, string | undefined, string | undefined];
}

/** Sends a request to STS as it is. */
export function sendRaw(
  { port }: Pick<LocalAws, 'port'>,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<Answer> {
  const { method = 'POST', path = '/', headers = {}, body = '' } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve(answerOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function answerOf(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  const element = (name: string): string | undefined =>
    new RegExp(`<${name}>([^]*?)</${name}>`).exec(text)?.[1];
  return { status, headers, text, element, error: [status, element('Code'), element('Message')] };
}

const form = (parameters: Readonly<Record<string, string>>): string =>
  new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString();

/** Signs an action of STS, and sends it. */
export async function ask(
  aws: Pick<LocalAws, 'port'>,
  keys: Keys,
  parameters: Readonly<Record<string, string>>,
  differences: Differences = {},
): Promise<Answer> {
  const {
    method = 'POST',
    path = '/',
    service = 'sts',
    region = 'us-east-1',
    date = new Date(),
  } = differences;
  const isQuery = method === 'GET';
  const body = isQuery ? '' : form(parameters);
  const inQuery = isQuery && Object.keys(parameters).length > 0;
  const query = inQuery ? { Version: '2011-06-15', ...parameters } : {};
  const type = isQuery ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const signer = new SignatureV4({
    credentials: keys,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const headers = { host: `127.0.0.1:${aws.port}`, ...type, ...differences.headers };
  const toSign = { method, protocol: 'http:', hostname: '127.0.0.1', path, query, headers, body };
  const signed = await signer.sign(toSign, { signingDate: date });
  const sent = Object.entries(differences.afterwards?.(signed.headers) ?? signed.headers);
  const search = inQuery ? `?${form(parameters)}` : '';
  return sendRaw(aws, {
    method,
    path: differences.sentTarget ?? `${path}${search}`,
    headers: Object.fromEntries(sent.filter((pair): pair is [string, string] => pair[1] !== undefined)),
    body: differences.sentBody ?? body,
  });
}

/** An action of STS that is not signed. */
export const askUnsigned = (
  aws: Pick<LocalAws, 'port'>,
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> =>
  sendRaw(aws, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form(parameters) });

/** The keys in an answer to AssumeRole. */
export function keysIn({ element, text }: Answer): Required<Keys> {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    element('AccessKeyId'),
    element('SecretAccessKey'),
    element('SessionToken'),
  ];
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error(`No keys in ${text}`);
  return { accessKeyId, secretAccessKey, sessionToken };
}
