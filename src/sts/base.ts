import { readFileSync } from 'node:fs';
import { isWebIdentity, type Base } from '../plan.ts';
import { interruptible, persist, type Patience } from './attempts.ts';
import { readAnswer } from './answer.ts';
import { describeAnswer, NoBaseCredentials } from './failure.ts';
import type { Credentials } from './session.ts';
import { holds, tokenFault } from './token.ts';

/** Where a chain starts: keys for AssumeRole, or a token for AssumeRoleWithWebIdentity. */
export interface BaseSource {
  /** Asks for a token already, so that it is on its way while other things are done; {@link token} tells how it went. */
  ahead(): void;
  /** @throws NoBaseCredentials, Interrupted */
  credentials(): Promise<Credentials>;
  /** @throws NoBaseCredentials, RequestFailure, Interrupted */
  token(): Promise<string>;
  /** Whether another token can be had when one has run out. */
  readonly renewsToken: boolean;
  /** The same token while it holds, a new one for `''` and when it has run out (GitHub's live 300 s). */
  freshToken(token: string): Promise<string>;
}

/** What the bases need from outside. */
export interface BaseMeans {
  /** What the AWS SDK finds by these AWS_ variables. */
  readonly ambient: (origin: Readonly<Record<string, string>>) => Promise<Credentials>;
  readonly patience: Patience;
  readonly secret: (value: string) => void;
  /** Asks GitHub for an ID token, once. */
  readonly idToken: (audience: string, signal: AbortSignal) => Promise<string>;
}

/** Seconds that a token must still hold to be sent: a request may take that long. */
const tokenMargin = 10;

/**
 * The source of a plan's base credentials. Every value is registered as a secret before it is returned. Chains that
 * share a source share what it gives: one token, one set of keys, however many ask at once.
 */
export function openBase(base: Base, means: BaseMeans): BaseSource {
  let keys: Promise<Credentials> | undefined;
  let latest: Promise<string> | undefined;
  const another = (): Promise<string> => (latest = tokenFrom(base, means));
  const isOver = (token: string): boolean => base.kind === 'oidc' && !holds(token, tokenMargin, new Date());
  return {
    ahead: () => {
      if (isWebIdentity(base.kind)) another().catch(() => undefined);
    },
    credentials: () => (keys ??= credentialsFrom(base, means)),
    token: () => latest ?? another(),
    renewsToken: base.kind === 'oidc',
    freshToken: async (held) => {
      if (held !== '' && !isOver(held)) return held;
      const known = await latest;
      return known === undefined || known === held || held === '' || isOver(known) ? another() : known;
    },
  };
}

async function credentialsFrom(base: Base, { ambient, patience, secret }: BaseMeans): Promise<Credentials> {
  if (base.kind === 'access-key') return base.credentials;
  if (base.kind !== 'ambient') throw new TypeError(`${base.kind} gives a token, not keys`);
  try {
    const what = 'the base credentials (ambient)';
    const credentials = await interruptible(what, patience.signal, () => ambient(base.origin));
    for (const value of [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId]) {
      if (value) secret(value);
    }
    return credentials;
  } catch (error) {
    if (patience.signal.aborted) throw error;
    throw new NoBaseCredentials(
      `ambient: the AWS SDK found no credentials here: ${describeAnswer(readAnswer(error))}`,
    );
  }
}

async function tokenFrom(base: Base, { patience, secret, idToken }: BaseMeans): Promise<string> {
  if (base.kind === 'oidc') {
    const token = await persist({ operation: 'GetIdToken' }, patience, (signal) =>
      idToken(base.audience, signal),
    );
    secret(token);
    const fault = tokenFault(token);
    if (fault) throw new NoBaseCredentials(`oidc: the token that GitHub's service gave ${fault}`);
    return token;
  }
  if (base.kind !== 'token-file') throw new TypeError(`${base.kind} gives keys, not a token`);
  const token = tokenIn(base.path);
  if (token !== '') secret(token);
  const fault = tokenFault(token);
  if (fault) throw new NoBaseCredentials(`web-identity-token-file: the content of ${base.path} ${fault}`);
  return token;
}

function tokenIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new NoBaseCredentials(`web-identity-token-file: ${path} cannot be read (${code})`);
  }
}
