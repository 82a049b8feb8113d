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
import type { StsSettings } from '../aws/plan.ts';
import type { Connections } from './connections.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import type { Credentials } from '../aws/session.ts';
import { SignedRequests } from './signed-requests.ts';

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
type OperationSchema = typeof AssumeRole$;

/** What the SDK's protocol expects of its caller. It uses no more than the endpoint. */
type ProtocolContext = Parameters<AwsQueryProtocol['serializeRequest']>[2];

/**
 * A client for STS, made of the SDK's parts: its schemas of the operations, its protocol, its signer. `STSClient` itself
 * also reads files and variables, retries, and resolves endpoints by rules. All of that is decided elsewhere, and leaving
 * it out makes the step a fifth faster (docs/performance.md). A test compares its requests with that client's.
 */
export class Sts implements StsRequests {
  readonly #endpoint: URL;
  readonly #requests: SignedRequests;
  readonly #protocol = new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws.sts',
    errorTypeRegistries,
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
  });

  get clockOffset(): number {
    return this.#requests.clockOffset;
  }

  /** @param connections shared by all requests, and closed by their creator */
  constructor(settings: StsSettings, connections: Connections) {
    const { url, signingRegion } = endpointOf(settings);
    this.#endpoint = url;
    this.#requests = new SignedRequests({ service: 'sts', region: signingRegion, url }, connections);
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
    operation: OperationSchema,
    input: object,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    const [, namespace, name, traits, inputSchema, outputSchema] = operation;
    const schema = { namespace, name, traits, input: inputSchema, output: outputSchema };
    const { hostname, port, protocol, pathname: path } = this.#endpoint;
    const endpoint = { protocol, hostname, path, ...(port === '' ? {} : { port: Number(port) }) };
    const around = { endpoint: () => Promise.resolve(endpoint) } as unknown as ProtocolContext;
    const request = await this.#protocol.serializeRequest(schema, input, around);
    return this.#requests.send<T>(request, credentials, signal, async ({ status, headers, body }) => {
      const response = { statusCode: status, headers: headers as Record<string, string>, body };
      const output = await this.#protocol.deserializeResponse(schema, around, response);
      if (isPage(body)) throw new SyntaxError('an HTML page');
      return output as unknown as T;
    });
  }
}

/** Whether a body is HTML. A page that is also valid XML would otherwise be read as an answer without content. */
const isPage = (body: Uint8Array): boolean =>
  /^\s*<(!doctype html|html)\b/i.test(Buffer.from(body.subarray(0, 100)).toString('latin1'));
