import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { signatureRefused, type Authorization } from './authorization.ts';
import { Refusal } from './refusal.ts';
import { pathOf, queryOf, type WireRequest } from './wire.ts';

/** Verifies Signature Version 4 by signing again (IAM User Guide, "Create a signed AWS API request"). */

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/**
 * @param secretAccessKey the secret of the access key
 * @throws Refusal unless signing the request with this key gives the same signature
 */
export async function checkSignature(
  request: WireRequest,
  authorization: Authorization,
  secretAccessKey: string,
): Promise<void> {
  const { signedHeaders, time, region, service, accessKeyId, signature } = authorization;
  checkSignedHeaders(request, signedHeaders);
  checkBody(request, service);
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    // The path is used as it was sent, so escaped once; every service but S3 escapes it once more.
    uriEscapePath: service !== 's3',
    applyChecksum: false,
  });
  const signed = await signer.sign(toSign(request, signedHeaders), {
    signingDate: time,
    signableHeaders: new Set(signedHeaders),
  });
  if (signed.headers['authorization']?.split('Signature=')[1] !== signature) throw signatureRefused(mismatch);
}

function checkSignedHeaders({ headers }: WireRequest, signedHeaders: readonly string[]): void {
  const needed = [
    ['host', 'Host'],
    ['x-amz-date', 'X-Amz-Date'],
    ['x-amz-security-token', 'X-Amz-Security-Token'],
  ] as const;
  for (const [name, title] of needed) {
    if (headers[name] !== undefined && !signedHeaders.includes(name))
      throw signatureRefused(`'${title}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

/** A hash of the body that a request sends must be right; S3 requires one. */
function checkBody({ headers, body }: WireRequest, service: string): void {
  const told = headers['x-amz-content-sha256'];
  if (service === 's3' && told === undefined) {
    const text = 'Missing required header for this request: x-amz-content-sha256';
    throw new Refusal(400, 'InvalidRequest', text);
  }
  if (told === undefined || (service === 's3' && told === 'UNSIGNED-PAYLOAD')) return;
  if (told === createHash('sha256').update(body).digest('hex')) return;
  if (service !== 's3') throw signatureRefused(mismatch);
  const text = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new Refusal(400, 'XAmzContentSHA256Mismatch', text);
}

type Signable = Parameters<SignatureV4['sign']>[0] & { headers: Record<string, string> };

function toSign(request: WireRequest, signedHeaders: readonly string[]): Signable {
  const { method, headers, body } = request;
  const query = new Map<string, string[]>();
  for (const [name, value] of queryOf(request)) query.set(name, [...(query.get(name) ?? []), value]);
  return {
    method,
    protocol: 'http:',
    hostname: 'local',
    path: pathOf(request),
    query: Object.fromEntries(query),
    headers: Object.fromEntries(signedHeaders.map((name) => [name, headers[name] ?? ''])),
    body,
  };
}
