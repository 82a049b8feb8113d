import { randomBytes, randomUUID, type webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { claimsFor, type GitHubFacts } from './claims.ts';

/** A local GitHub, as far as OIDC needs it: the service that issues ID tokens to jobs, and the issuer's keys. */

/** Faults of the ID token service. */
export type IssuerFault = { readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'hang' | 'reset' | 'html' | 'not-a-jwt' | 'no-value' }
  /** Tokens that expire after so many seconds. */
  | { readonly kind: 'lifetime'; readonly seconds: number }
);

/** A token that is made without a request. */
export interface MintOptions {
  readonly audience?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds?: number;
  /** Signed with a key that the issuer does not publish. */
  readonly wrongKey?: boolean;
}

/** One request for an ID token, and its answer. */
export interface TokenRequest {
  /** Path and query, as sent. */
  readonly url: string;
  readonly audience: string | null;
  /** Whether it sent the request token. */
  readonly authorized: boolean;
  /** As sent; 0 where a fault prevented an answer. */
  readonly status: number;
}

/** A running local GitHub. */
export interface LocalGitHub {
  readonly issuer: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_URL. Has a query already, like GitHub's. */
  readonly requestUrl: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  readonly jwks: JSONWebKeySet;
  /** The claims of all tokens; may be changed between requests. */
  readonly claims: Record<string, unknown>;
  readonly requests: readonly TokenRequest[];
  readonly issuedTokens: readonly string[];
  injectFault(fault: IssuerFault): void;
  mint(options?: MintOptions): Promise<string>;
  close(): Promise<void>;
}

/** Lifetime of GitHub's ID tokens in seconds (GitHub Docs, "OpenID Connect reference"). */
const lifetime = 300;

/** Starts the ID token service on loopback. {@link LocalGitHub.jwks} has the key that signs its tokens. */
export async function startLocalGitHub(facts: GitHubFacts = {}): Promise<LocalGitHub> {
  const issuer = facts.issuer ?? 'https://token.actions.githubusercontent.com';
  const { published, unpublished, kid, jwks } = await (signingKeys ??= makeSigningKeys());
  const claims = claimsFor(facts);
  const issuedTokens: string[] = [];
  const mint = async (options: MintOptions = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const { audience = 'sts.amazonaws.com', lifetimeSeconds = lifetime } = options;
    const times = { iat: now, nbf: now - 600, exp: now + lifetimeSeconds, jti: randomUUID() };
    const token = await new SignJWT({ ...claims, ...times, iss: issuer, aud: audience, ...options.claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(options.wrongKey ? unpublished : published);
    issuedTokens.push(token);
    return token;
  };
  const service = new TokenService(
    mint,
    `https://github.com/${(facts.repository ?? 'acme/shop').split('/')[0] ?? ''}`,
  );
  const { requestToken, requests } = service;
  const { url, close } = await listen(service);
  const injectFault = (fault: IssuerFault): void => {
    service.faults.push({ fault, times: fault.times ?? 1 });
  };
  const requestUrl = `${url}${path}?api-version=2.0`;
  return { issuer, requestUrl, requestToken, jwks, claims, requests, issuedTokens, mint, injectFault, close };
}

interface SigningKeys {
  readonly published: webcrypto.CryptoKey;
  /** Not in the JWKS. */
  readonly unpublished: webcrypto.CryptoKey;
  readonly kid: string;
  readonly jwks: JSONWebKeySet;
}

/** Made once for each process: generating an RSA key takes longer than a whole test. */
let signingKeys: Promise<SigningKeys> | undefined;

async function makeSigningKeys(): Promise<SigningKeys> {
  const [pair, other] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256'),
  ]);
  const kid = randomBytes(8).toString('hex');
  const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  return { published: pair.privateKey, unpublished: other.privateKey, kid, jwks };
}

async function listen(service: TokenService): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void service.serve(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** The path of GitHub's service, with any run and job. */
const path = '/idtoken/run/job';

/** An answer. Default content type: JSON. */
interface Reply {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

/** Answers requests for ID tokens. */
class TokenService {
  readonly requestToken = randomBytes(48).toString('base64url');
  readonly requests: TokenRequest[] = [];
  readonly faults: { fault: IssuerFault; times: number }[] = [];
  readonly #mint: (options: MintOptions) => Promise<string>;
  readonly #owner: string;

  constructor(mint: (options: MintOptions) => Promise<string>, owner: string) {
    this.#mint = mint;
    this.#owner = owner;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    const { pathname, audience } = readTarget(url);
    const authorized = request.headers.authorization === `Bearer ${this.requestToken}`;
    const entry = this.faults.find(({ times }) => times > 0);
    if (entry) entry.times--;
    const note = (status: number): void => void this.requests.push({ url, audience, authorized, status });
    if (entry?.fault.kind === 'hang' || entry?.fault.kind === 'reset') {
      note(0);
      if (entry.fault.kind === 'reset') response.socket?.resetAndDestroy();
      return;
    }
    const reply =
      (entry && replyOf(entry.fault)) ??
      refusalOf(request, pathname, authorized) ??
      (await this.#token(audience, entry?.fault));
    note(reply.status);
    response
      .writeHead(reply.status, { 'content-type': reply.contentType ?? 'application/json' })
      .end(reply.body);
  }

  async #token(audience: string | null, fault: IssuerFault | undefined): Promise<Reply> {
    const lifetimeSeconds = fault?.kind === 'lifetime' ? fault.seconds : lifetime;
    const value = await this.#mint({ audience: audience ?? this.#owner, lifetimeSeconds });
    return { status: 200, body: JSON.stringify({ count: 1, value }) };
  }
}

/** The class URL cannot be used: `//` is a valid request target, but not a URL. */
function readTarget(target: string): { pathname: string; audience: string | null } {
  const [pathname = '', query = ''] = target.split(/\?(.*)/s);
  return { pathname, audience: new URLSearchParams(query).get('audience') };
}

function refusalOf({ method }: IncomingMessage, pathname: string, authorized: boolean): Reply | undefined {
  const refusal = (status: number, message: string): Reply => ({ status, body: JSON.stringify({ message }) });
  if (!authorized) return refusal(401, 'Unauthorized');
  if (pathname !== path) return refusal(404, 'Not Found');
  return method === 'GET' ? undefined : refusal(405, 'Method Not Allowed');
}

/** The answer of a fault; undefined where a token is issued all the same. */
function replyOf(fault: IssuerFault): Reply | undefined {
  switch (fault.kind) {
    case 'status':
      return { status: fault.status, body: fault.body ?? '' };
    case 'html':
      return { status: 200, body: '<html><body>Please sign in</body></html>', contentType: 'text/html' };
    case 'not-a-jwt':
      return { status: 200, body: '{"count":1,"value":"this-is-no-token"}' };
    case 'no-value':
      return { status: 200, body: '{"count":0}' };
    default:
      return undefined;
  }
}
