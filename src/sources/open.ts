import { readFileSync } from 'node:fs';
import { isWebIdentity, type Base } from '../aws/plan.ts';
import { interruptible, retry, type RetryOptions } from '../sts/retry.ts';
import { readAnswer } from '../sts/classify.ts';
import { describeAnswer, NoBaseCredentials } from '../sts/errors.ts';
import type { Credentials } from '../aws/session.ts';
import { holds, tokenFault } from '../aws/web-identity-token.ts';

/** Where a chain starts: keys for AssumeRole, or a token for AssumeRoleWithWebIdentity. */
export interface BaseSource {
  /**
   * Asks for a token already, so that it is on its way while other things are done; {@link token} gives it, or the error.
   * @returns when the request has been sent, or has failed: what blocks the event loop from then on delays nothing
   */
  ahead(): Promise<void>;
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
export interface SourceDependencies {
  /** What the AWS SDK finds by these AWS_ variables. */
  readonly ambient: (origin: Readonly<Record<string, string>>) => Promise<Credentials>;
  readonly retryOptions: RetryOptions;
  readonly secret: (value: string) => void;
  /** Asks GitHub for an ID token, once; calls `sent` when the request is on its way. */
  readonly idToken: (audience: string, signal: AbortSignal, sent: () => void) => Promise<string>;
}

/** Seconds that a token must still hold to be sent: a request may take that long. */
const tokenMargin = 10;

/**
 * The source of a plan's base credentials. Every value is registered as a secret before it is returned. Chains that
 * share a source share what it gives: one token, one set of keys, however many ask at once.
 */
export function openBase(base: Base, means: SourceDependencies): BaseSource {
  let keys: Promise<Credentials> | undefined;
  let latest: Promise<string> | undefined;
  const another = (sent?: () => void): Promise<string> => (latest = tokenFrom(base, means, sent));
  const isOver = (token: string): boolean => base.kind === 'oidc' && !holds(token, tokenMargin, new Date());
  return {
    ahead: () =>
      new Promise((resolve) => {
        if (isWebIdentity(base.kind))
          another(resolve)
            .then(
              () => undefined,
              () => undefined,
            )
            .finally(resolve);
        else resolve();
      }),
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

async function credentialsFrom(
  base: Base,
  { ambient, retryOptions, secret }: SourceDependencies,
): Promise<Credentials> {
  if (base.kind === 'access-key') return base.credentials;
  if (base.kind !== 'ambient') throw new TypeError(`${base.kind} gives a token, not keys`);
  try {
    const what = 'the base credentials (ambient)';
    const credentials = await interruptible(what, retryOptions.signal, () => ambient(base.origin));
    for (const value of [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId]) {
      if (value) secret(value);
    }
    return credentials;
  } catch (error) {
    if (retryOptions.signal.aborted) throw error;
    throw new NoBaseCredentials(
      'nothing-found',
      `ambient: the AWS SDK found no credentials here: ${describeAnswer(readAnswer(error))}`,
      error,
    );
  }
}

async function tokenFrom(
  base: Base,
  { retryOptions, secret, idToken }: SourceDependencies,
  sent: () => void = () => undefined,
): Promise<string> {
  if (base.kind === 'oidc') {
    const token = await retry({ operation: 'GetIdToken' }, retryOptions, (signal) =>
      idToken(base.audience, signal, sent).finally(sent),
    );
    secret(token);
    const fault = tokenFault(token);
    if (fault)
      throw new NoBaseCredentials('unusable-token', `oidc: the token that GitHub's service gave ${fault}`);
    return token;
  }
  if (base.kind !== 'token-file') throw new TypeError(`${base.kind} gives keys, not a token`);
  const token = tokenIn(base.path);
  if (token !== '') secret(token);
  const fault = tokenFault(token);
  if (fault)
    throw new NoBaseCredentials(
      'unusable-token',
      `web-identity-token-file: the content of ${base.path} ${fault}`,
    );
  return token;
}

function tokenIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new NoBaseCredentials(
      'unreadable-token-file',
      `web-identity-token-file: ${path} cannot be read (${code})`,
      error,
    );
  }
}
