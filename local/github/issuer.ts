import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from 'jose';
import { claimsFor, type GitHubFacts } from './claims.ts';

/** A local GitHub, as far as its OIDC goes: the service that gives jobs their ID tokens, and the issuer's keys. */

/** How the ID token service can be told to misbehave. */
export type IssuerFault = { readonly times?: number } & (
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'hang' | 'reset' | 'html' | 'not-a-jwt' | 'no-value' }
  /** Tokens that live so many seconds. */
  | { readonly kind: 'lifetime'; readonly seconds: number }
);

/** A token to be minted without a request. */
export interface MintOptions {
  readonly audience?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds?: number;
  /** Signed with a key that the issuer does not show. */
  readonly wrongKey?: boolean;
}

/** A running local GitHub. */
export interface LocalGitHub {
  readonly issuer: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_URL; has a query already, as GitHub's. */
  readonly requestUrl: string;
  /** For ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  readonly jwks: JSONWebKeySet;
  /** What tokens say; may be changed between requests. */
  readonly claims: Record<string, unknown>;
  readonly requests: readonly { readonly audience: string | null; readonly status: number }[];
  readonly issuedTokens: readonly string[];
  misbehave(fault: IssuerFault): void;
  mint(options?: MintOptions): Promise<string>;
  close(): Promise<void>;
}

/** Seconds that GitHub's ID tokens live (GitHub Docs, "OpenID Connect reference"). */
const lifetime = 300;

export async function startLocalGitHub(facts: GitHubFacts = {}): Promise<LocalGitHub> {
  const issuer = facts.issuer ?? 'https://token.actions.githubusercontent.com';
  const [shown, hidden] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256'),
  ]);
  const kid = randomBytes(8).toString('hex');
  const jwks = { keys: [{ ...(await exportJWK(shown.publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  const claims = claimsFor(facts);
  const issuedTokens: string[] = [];
  const mint = async (options: MintOptions = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const { audience = 'sts.amazonaws.com', lifetimeSeconds = lifetime } = options;
    const times = { iat: now, nbf: now - 600, exp: now + lifetimeSeconds };
    const token = await new SignJWT({ ...claims, ...times, iss: issuer, aud: audience, ...options.claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .sign(options.wrongKey ? hidden.privateKey : shown.privateKey);
    issuedTokens.push(token);
    return token;
  };
  const desk = new Desk(mint, `https://github.com/${(facts.repository ?? 'acme/shop').split('/')[0] ?? ''}`);
  const { requestToken, requests } = desk;
  const { url, close } = await listen(desk);
  const misbehave = (fault: IssuerFault): void => {
    desk.faults.push({ fault, times: fault.times ?? 1 });
  };
  const requestUrl = `${url}/idtoken/run/job?api-version=2.0`;
  return { issuer, requestUrl, requestToken, jwks, claims, requests, issuedTokens, mint, misbehave, close };
}

async function listen(desk: Desk): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void desk.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Answers requests for ID tokens. */
class Desk {
  readonly requestToken = randomBytes(48).toString('base64url');
  readonly requests: { audience: string | null; status: number }[] = [];
  readonly faults: { fault: IssuerFault; times: number }[] = [];
  readonly #mint: (options: MintOptions) => Promise<string>;
  readonly #owner: string;

  constructor(mint: (options: MintOptions) => Promise<string>, owner: string) {
    this.#mint = mint;
    this.#owner = owner;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const audience = new URL(request.url ?? '/', 'http://local').searchParams.get('audience');
    const entry = this.faults.find(({ times }) => times > 0);
    if (entry) entry.times--;
    const authorized = request.headers.authorization === `Bearer ${this.requestToken}`;
    const status = authorized ? 200 : 401;
    this.requests.push({ audience, status });
    const reply = (code: number, body: string, type = 'application/json'): void => {
      response.writeHead(code, { 'content-type': type }).end(body);
    };
    if (!authorized) reply(401, '{"message":"Unauthorized"}');
    else if (!this.#disturb(entry?.fault, response, reply)) {
      const lifetimeSeconds = entry?.fault.kind === 'lifetime' ? entry.fault.seconds : lifetime;
      reply(
        200,
        JSON.stringify({
          count: 1,
          value: await this.#mint({ audience: audience ?? this.#owner, lifetimeSeconds }),
        }),
      );
    }
  }

  #disturb(
    fault: IssuerFault | undefined,
    response: ServerResponse,
    reply: (code: number, body: string, type?: string) => void,
  ): boolean {
    switch (fault?.kind) {
      case 'status':
        reply(fault.status, fault.body ?? '');
        return true;
      case 'reset':
        response.socket?.resetAndDestroy();
        return true;
      case 'html':
        reply(200, '<html><body>Please sign in</body></html>', 'text/html');
        return true;
      case 'not-a-jwt':
        reply(200, '{"value":"this-is-no-token"}');
        return true;
      case 'no-value':
        reply(200, '{"count":0}');
        return true;
      default:
        return fault?.kind === 'hang';
    }
  }
}
