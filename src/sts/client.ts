import { createHash, createHmac } from 'node:crypto';
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
import type { Answered, Connections } from './connections.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import type { Credentials } from '../aws/session.ts';

/** The requests that this action makes, each once: trying again is not decided here. A signal ends its request. */
export interface StsRequests {
  assumeRole(
    credentials: Credentials,
    request: AssumeRoleRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse>;
  /** Not signed: the token is all that STS looks at. */
  assumeRoleWithWebIdentity(
    request: AssumeRoleWithWebIdentityRequest,
    signal: AbortSignal,
  ): Promise<AssumeRoleResponse>;
  callerIdentity(credentials: Credentials, signal: AbortSignal): Promise<GetCallerIdentityResponse>;
  /** Milliseconds that AWS's clock is ahead of this machine's, as far as answers have told. */
  readonly clockOffset: number;
}

/** An operation as the SDK describes it: the forms of its request, its answer and its errors. */
type Operation = typeof AssumeRole$;

/** What the protocol asks of its surroundings. Of these, only the endpoint is ever looked at here. */
type Surroundings = Parameters<AwsQueryProtocol['serializeRequest']>[2];

/**
 * The way to STS, made of the SDK's parts: its description of the operations, its protocol, its signature. Not of
 * `STSClient`, which reads files and variables, retries, and resolves endpoints by rules: all that is settled before, and
 * leaving it out makes the step a fifth faster (docs/performance.md). A test holds its requests against that client's.
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
  /** Milliseconds between this machine's clock and AWS's, once an answer has shown it. */
  #clockOffset = 0;

  get clockOffset(): number {
    return this.#clockOffset;
  }

  /** @param connections shared by all requests, and ended by whoever made them */
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
    const offset = this.#clockOffset;
    const { headers } = credentials ? await this.#signer(credentials).sign(request, this.#when()) : request;
    // Not resolved: a path that begins with two slashes would name another host.
    const url = new URL(this.#endpoint);
    url.pathname = request.path;
    const answered = await this.#connections.send(url, { method: 'POST', headers, body }, signal);
    try {
      const { status: statusCode, headers: told, body: bytes } = answered;
      const response = { statusCode, headers: told as Record<string, string>, body: bytes };
      return (await this.#protocol.deserializeResponse(schema, around, response)) as unknown as T;
    } catch (error) {
      throw this.#described(error, answered, credentials && offset);
    } finally {
      this.#clockOffset = offsetBy(answered) ?? this.#clockOffset;
    }
  }

  #signer(credentials: Credentials): SignatureV4 {
    return new SignatureV4({
      service: 'sts',
      region: this.#signingRegion,
      credentials,
      sha256: Sha256 as unknown as Sha,
    });
  }

  #when(): { signingDate: Date } {
    return { signingDate: new Date(Date.now() + this.#clockOffset) };
  }

  /**
   * What an answer that could not be read, or that is an error, has to say beside its text.
   * @param signedWith the clock's offset that the request was signed with
   */
  #described(error: unknown, answered: Answered, signedWith: number | undefined): unknown {
    const { status, headers } = answered;
    const id = headers['x-amzn-requestid'];
    const known = { httpStatusCode: status, ...(typeof id === 'string' ? { requestId: id } : {}) };
    const { $metadata = known } = error as { $metadata?: object };
    const offset = signedWith === undefined ? undefined : offsetBy(answered);
    const clockSkewCorrected = offset !== undefined && offset !== signedWith && Math.abs(offset) >= tolerance;
    return Object.assign(error as object, { $metadata: { ...$metadata, clockSkewCorrected } });
  }
}

/** Milliseconds by which a clock may be off: STS refuses signatures that are 15 minutes off, and earlier is safer. */
const tolerance = 240_000;

/** Milliseconds that AWS's clock is ahead of this machine's; undefined where the answer does not say, or is a cache's. */
function offsetBy({ headers: { date, age } }: Answered): number | undefined {
  const offset = Date.parse(date ?? '') - Date.now();
  return Number.isNaN(offset) || age !== undefined ? undefined : offset;
}

const userAgent = `assume-role-chain nodejs/${process.versions.node}`;

type Sha = NonNullable<ConstructorParameters<typeof SignatureV4>[0]['sha256']>;

/** SHA-256, with a key or without, in the form that the SDK's signer takes. */
class Sha256 {
  readonly #hash;

  constructor(key?: Parameters<typeof createHmac>[1]) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(part: string | Uint8Array): void {
    this.#hash.update(part);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}
