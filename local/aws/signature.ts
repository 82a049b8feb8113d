import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Refusal } from './refusal.ts';

/** Verifies Signature Version 4 (IAM User Guide, "AWS Signature Version 4 for API requests") by signing again. */

/** A request as it came over the wire. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What an Authorization header says. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** From X-Amz-Date. */
  readonly time: Date;
}

/** @throws Refusal for a header that is absent or incomplete */
export function readAuthorization({ headers }: WireRequest): Authorization {
  const text = headers['authorization'];
  if (text === undefined)
    throw new Refusal(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
  const found =
    /^AWS4-HMAC-SHA256 Credential=(?<id>[^,\s/]+)\/(?<date>\d{8})\/(?<region>[^,\s/]+)\/(?<service>[^,\s/]+)\/aws4_request,\s*SignedHeaders=(?<signed>[^,\s]+),\s*Signature=(?<signature>[0-9a-f]{64})$/.exec(
      text,
    )?.groups;
  const stamp = headers['x-amz-date'] ?? '';
  if (!found || !/^\d{8}T\d{6}Z$/.test(stamp)) {
    const needs =
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature', and 'X-Amz-Date' must be there";
    throw new Refusal(400, 'IncompleteSignature', needs);
  }
  const { id = '', date = '', region = '', service = '', signed = '', signature = '' } = found;
  const time = new Date(stamp.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  return { accessKeyId: id, date, region, service, signedHeaders: signed.split(';'), signature, time };
}

/** Services allow clocks to differ by so many minutes. */
const allowedMinutes = (service: string): number => (service === 'sts' ? 15 : 5);

/** @throws Refusal with STS's two texts for clocks apart */
export function checkClock({ time, service }: Authorization, now: Date): void {
  const minutes = allowedMinutes(service);
  const shifted = (sign: number): Date => new Date(now.getTime() + sign * minutes * 60_000);
  const sent = compact(time);
  if (time < shifted(-1)) {
    const text = `Signature expired: ${sent} is now earlier than ${compact(shifted(-1))} (${compact(now)} - ${minutes} min.)`;
    throw new Refusal(403, 'SignatureDoesNotMatch', text);
  }
  if (time > shifted(1)) {
    const text = `Signature not yet current: ${sent} is still later than ${compact(shifted(1))} (${compact(now)} + ${minutes} min.)`;
    throw new Refusal(403, 'SignatureDoesNotMatch', text);
  }
}

const compact = (time: Date): string => time.toISOString().replace(/[-:]|\.\d{3}/g, '');

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/**
 * @param secretAccessKey the one that belongs to the access key
 * @throws Refusal unless the signature is the one that this key makes of this request
 */
export async function checkSignature(
  request: WireRequest,
  authorization: Authorization,
  secretAccessKey: string,
): Promise<void> {
  const { headers, body } = request;
  const { signedHeaders, time, region, service, accessKeyId, signature } = authorization;
  const needed = [
    'host',
    'x-amz-date',
    ...(headers['x-amz-security-token'] === undefined ? [] : ['x-amz-security-token']),
  ];
  const hash = headers['x-amz-content-sha256'];
  const hashFits =
    hash === undefined ||
    hash === 'UNSIGNED-PAYLOAD' ||
    hash === createHash('sha256').update(body).digest('hex');
  if (
    !needed.every((name) => signedHeaders.includes(name)) ||
    !hashFits ||
    authorization.date !== compact(time).slice(0, 8)
  ) {
    throw new Refusal(403, 'SignatureDoesNotMatch', mismatch);
  }
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: signedHeaders.includes('x-amz-content-sha256'),
  });
  const signed = await signer.sign(toSign(request, signedHeaders), {
    signingDate: time,
    signableHeaders: new Set(signedHeaders),
  });
  if (!signed.headers['authorization']?.endsWith(`Signature=${signature}`)) {
    throw new Refusal(403, 'SignatureDoesNotMatch', mismatch);
  }
}

type Signable = Parameters<SignatureV4['sign']>[0] & { headers: Record<string, string> };

function toSign({ method, target, headers, body }: WireRequest, signedHeaders: readonly string[]): Signable {
  const url = new URL(target, 'http://local');
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) (query[name] ??= []).push(value);
  return {
    method,
    protocol: 'http:',
    hostname: 'local',
    path: decodeURI(target.split('?')[0] ?? '/'),
    query,
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ''])),
    body,
  };
}
