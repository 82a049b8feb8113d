import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import {
  AssumeRole$,
  AssumeRoleWithWebIdentity$,
  errorTypeRegistries,
  GetCallerIdentity$,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  type AssumeRoleWithWebIdentityRequest,
  type GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StsSettings } from '../aws/plan.ts';
import type { Connections } from './connections.ts';
import type { Answered } from './exchange.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { sha256 } from './sha256.ts';
import type { Credentials } from '../aws/session.ts';

export type { AssumeRoleResponse };

/** The requests that this action makes, each once: see `retry`. A signal ends its request. */
export interface StsRequests {
  assumeRole(
    credentials: Credentials,
    request: AssumeRoleRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse>;
  /** Not signed: the token identifies the caller. */
  assumeRoleWithWebIdentity(
    request: AssumeRoleWithWebIdentityRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse>;
  callerIdentity(credentials: Credentials, signal: AbortSignal): Promise<GetCallerIdentityResponse>;
  /**
   * Milliseconds that AWS's clock is ahead of this machine's; 0 until a signature was refused for the time in it and
   * accepted with the time of the answer. A `Date` header alone proves nothing: a proxy may have written it.
   */
  readonly clockOffset: number;
}

/** An operation as the SDK describes it: the schemas of its request, its response and its errors. */
type Operation = typeof AssumeRole$;

/** What the SDK's protocol expects of its caller. It uses no more than the endpoint. */
type Surroundings = Parameters<AwsQueryProtocol['serializeRequest']>[2];

/**
 * A client for STS, made of the SDK's parts: its schemas of the operations, its protocol, its signer. `STSClient` itself
 * also reads files and variables, retries, and resolves endpoints by rules. All of that is decided elsewhere, and leaving
 * it out makes the step a fifth faster (docs/performance.md). A test compares its requests with that client's.
 */
export class Sts implements StsRequests {
  readonly #endpoint: URL;
  readonly #signingRegion: string;
  readonly #connections: Connections;
  readonly #protocol = new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  });
  /** What is added to this machine's time in signatures, in milliseconds, and what STS has accepted. */
  #offset = { tried: 0, accepted: 0 };

  get clockOffset(): number {
    return this.#offset.accepted;
  }

  /** @param connections shared by all requests, and closed by their creator */
  constructor(settings: StsSettings, connections: Connections) {
    const { url, signingRegion } = endpointOf(settings);
    this.#endpoint = url;
    this.#signingRegion = signingRegion;
    this.#connections = connections;
  }

  assumeRole(
    credentials: Credentials,
    request: AssumeRoleRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse> {
    return this.#ask(AssumeRole$, request, credentials, signal);
  }

  assumeRoleWithWebIdentity(
    request: AssumeRoleWithWebIdentityRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse> {
    return this.#ask(AssumeRoleWithWebIdentity$, request, undefined, signal);
  }

  callerIdentity(credentials: Credentials, signal: AbortSignal): Promise<GetCallerIdentityResponse> {
    return this.#ask(GetCallerIdentity$, {}, credentials, signal);
  }

  async #ask<T extends object>(
    operation: Operation,
    input: object,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    const [, namespace, name, traits, inputSchema, outputSchema] = operation;
    const schema = { namespace, name, traits, input: inputSchema, output: outputSchema };
    const { hostname, host, port, protocol, pathname: path } = this.#endpoint;
    const endpoint = { protocol, hostname, path, ...(port === '' ? {} : { port: Number(port) }) };
    const around = { endpoint: () => Promise.resolve(endpoint) } as unknown as Surroundings;
    const request = await this.#protocol.serializeRequest(schema, input, around);
    const body = String(request.body);
    const length = String(Buffer.byteLength(body));
    Object.assign(request.headers, { host, 'content-length': length, 'user-agent': userAgent });
    const { tried } = this.#offset;
    const { headers } = credentials ? await this.#signer(credentials).sign(request, this.#when()) : request;
    // Not resolved: a path that begins with two slashes would name another host.
    const url = new URL(this.#endpoint);
    url.pathname = request.path;
    const answered = await this.#connections.send(url, { method: 'POST', headers, body }, signal);
    try {
      const { status: statusCode, headers: responseHeaders, body: bytes } = answered;
      const response = { statusCode, headers: responseHeaders as Record<string, string>, body: bytes };
      const output = await this.#protocol.deserializeResponse(schema, around, response);
      if (isPage(bytes)) throw new SyntaxError('an HTML page');
      if (credentials) this.#offset = { tried, accepted: tried };
      return output as unknown as T;
    } catch (error) {
      throw this.#described(error, answered, credentials && tried);
    }
  }

  #signer(credentials: Credentials): SignatureV4 {
    return new SignatureV4({
      service: 'sts',
      region: this.#signingRegion,
      credentials,
      sha256,
    });
  }

  #when(): { signingDate: Date } {
    return { signingDate: new Date(Date.now() + this.#offset.tried) };
  }

  /**
   * Adds status and request id to an error. Where the signature was refused, the next one is made with AWS's time.
   * @param signedWith the clock's offset that the request was signed with; undefined for a request without a signature
   */
  #described(error: unknown, answered: Answered, signedWith: number | undefined): unknown {
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

/** Whether a body is HTML. A page that is also valid XML would otherwise be read as an answer without content. */
const isPage = (body: Uint8Array): boolean =>
  /^\s*<(!doctype html|html)\b/i.test(Buffer.from(body.subarray(0, 100)).toString('latin1'));

/** Codes of AWS for a signature whose time is off, among other causes (AWS SDK for JavaScript, clock skew errors). */
const signatureCodes = new Set([
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
]);

/** Milliseconds by which a clock may be off: STS refuses signatures that are 15 minutes off, and earlier is safer. */
const tolerance = 240_000;

/** Milliseconds that AWS's clock is ahead of this machine's; undefined where the answer does not say, or is a cache's. */
function offsetBy({ headers: { date, age } }: Answered): number | undefined {
  const offset = Date.parse(date ?? '') - Date.now();
  return Number.isNaN(offset) || age !== undefined ? undefined : offset;
}

const userAgent = `assume-role-chain nodejs/${process.versions.node}`;
