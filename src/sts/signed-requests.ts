import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../aws/session.ts';
import type { Connections } from './connections.ts';
import type { HttpAnswer } from './exchange.ts';
import { sha256 } from './sha256.ts';

/** The service that is asked, and how requests to it are signed. */
export interface ServicePlace {
  /** As signatures name it: `sts`, `organizations`. */
  readonly service: string;
  /** The region that requests are signed for. */
  readonly region: string;
  readonly url: URL;
}

/** A request as the signer wants it. */
type Signable = Parameters<SignatureV4['sign']>[0];

/** Requests to one service of AWS, signed by Signature Version 4 with AWS's own time where this machine's is off. */
export class SignedRequests {
  readonly #place: ServicePlace;
  readonly #connections: Connections;
  /** What is added to this machine's time in signatures, in milliseconds, and what the service has accepted. */
  #offset = { tried: 0, accepted: 0 };

  /** @param connections shared by all requests, and closed by their creator */
  constructor(place: ServicePlace, connections: Connections) {
    this.#place = place;
    this.#connections = connections;
  }

  /** See `StsRequests.clockOffset`. */
  get clockOffset(): number {
    return this.#offset.accepted;
  }

  /**
   * Sends a request, once.
   * @param credentials undefined for a request that is not signed
   * @param read reads the answer, and throws where it is an error
   * @throws what `read` threw, with the answer's body, and with its status and request id in `$metadata`; what
   *   `Connections.send` throws
   */
  async send<T>(
    request: Signable,
    credentials: Credentials | undefined,
    signal: AbortSignal,
    read: (answered: HttpAnswer) => Promise<T>,
  ): Promise<T> {
    const { url: address } = this.#place;
    const body = String(request.body);
    const length = String(Buffer.byteLength(body));
    const own = { host: address.host, 'content-length': length, 'user-agent': userAgent };
    Object.assign(request.headers, own);
    const { tried } = this.#offset;
    const { headers } = credentials ? await this.#signer(credentials).sign(request, this.#when()) : request;
    // Not resolved: a path that begins with two slashes would name another host.
    const url = new URL(address);
    url.pathname = request.path;
    const answered = await this.#connections.send(url, { method: 'POST', headers, body }, signal);
    try {
      const output = await read(answered);
      if (credentials) this.#offset = { tried, accepted: tried };
      return output;
    } catch (error) {
      throw this.#described(error, answered, credentials && tried);
    }
  }

  #signer(credentials: Credentials): SignatureV4 {
    const { service, region } = this.#place;
    return new SignatureV4({ service, region, credentials, sha256 });
  }

  #when(): { signingDate: Date } {
    return { signingDate: new Date(Date.now() + this.#offset.tried) };
  }

  /**
   * Adds status and request id to an error. Where the signature was refused, the next one is made with AWS's time.
   * @param signedWith the clock's offset that the request was signed with; undefined for a request without a signature
   */
  #described(error: unknown, answered: HttpAnswer, signedWith: number | undefined): unknown {
    const { status, headers, body } = answered;
    const id = headers['x-amzn-requestid'];
    const known = { httpStatusCode: status, ...(typeof id === 'string' ? { requestId: id } : {}) };
    const { $metadata = known, name, Code } = error as { $metadata?: object; name?: string; Code?: string };
    const offset = signatureCodes.has(Code ?? name ?? '') ? offsetBy(answered) : undefined;
    const clockSkewCorrected =
      offset !== undefined && signedWith !== undefined && Math.abs(offset - signedWith) >= tolerance;
    if (clockSkewCorrected) this.#offset = { ...this.#offset, tried: offset };
    const text = Buffer.from(body).toString('utf8');
    return Object.assign(error as object, { body: text, $metadata: { ...$metadata, clockSkewCorrected } });
  }
}

/** Codes of AWS for a signature whose time is off, among other causes (AWS SDK for JavaScript, clock skew errors). */
const signatureCodes = new Set([
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
]);

/** Milliseconds by which a clock may be off: AWS refuses signatures that are 15 minutes off, and earlier is safer. */
const tolerance = 240_000;

/** Milliseconds that AWS's clock is ahead of this machine's; undefined where the answer does not say, or is a cache's. */
function offsetBy({ headers: { date, age } }: HttpAnswer): number | undefined {
  const offset = Date.parse(date ?? '') - Date.now();
  return Number.isNaN(offset) || age !== undefined ? undefined : offset;
}

const userAgent = `assume-role-chain nodejs/${process.versions.node}`;
