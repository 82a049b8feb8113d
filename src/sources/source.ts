import type { Credentials } from '../aws/session.ts';
import type { BaseOf, SourceKind } from '../request/source-readers.ts';
import type { RetryOptions } from '../sts/retry.ts';

/** A kind of base credentials: everything about it, but how its inputs are read (`request/source-readers.ts`). */

export type { BaseOf, SourceKind };

/** Where a chain starts: keys for AssumeRole, or a token for AssumeRoleWithWebIdentity. */
export interface BaseSource {
  /**
   * Requests a token already, so that it is on its way while other things are done; {@link token} gives it, or the error.
   * @returns when the request has been sent, or has failed: what blocks the event loop from then on delays nothing
   */
  ahead(): Promise<void>;
  /** @throws NoBaseCredentials, Interrupted */
  credentials(): Promise<Credentials>;
  /** @throws NoBaseCredentials, RequestFailure, Interrupted */
  token(): Promise<string>;
  /** Whether another token can be had when one has expired. */
  readonly renewsToken: boolean;
  /** The same token while it is valid, a new one for `''` and when it has expired (GitHub's are valid for 300 s). */
  freshToken(token: string): Promise<string>;
}

/** What sources need from outside. */
export interface SourceDependencies {
  /** What the AWS SDK finds by these AWS_ variables. */
  readonly ambient: (origin: Readonly<Record<string, string>>) => Promise<Credentials>;
  readonly retryOptions: RetryOptions;
  readonly secret: (value: string) => void;
  /** Requests an ID token from GitHub, once; calls `sent` when the request is on its way. */
  readonly idToken: (audience: string, signal: AbortSignal, sent: () => void) => Promise<string>;
}

/** What a failure says about base credentials of this kind. Sentences and steps, ready to be shown. */
export interface SourceAdvice {
  /** Whom a message names as the one that asked: "the job's OIDC token". */
  readonly caller: string;
  /** The inputs or the place that the keys come from. */
  readonly keys: string;
  /** The same, of keys that expire. */
  readonly session: string;
  /** AWS does not recognize the access key. */
  readonly unknownKey: readonly string[];
  /** The signature was wrong: the cause, if it is clear, and where to look. */
  readonly wrongSecret: { readonly advice: string | undefined; readonly steps: readonly string[] };
  /** The keys have expired. */
  readonly expiredKeys: readonly string[];
  /** The token has expired, although a new one was requested where that is possible. */
  readonly expiredToken: string;
  /** No credentials were found: the cause, if it is clear, then what to check. */
  readonly nothingFound: readonly string[];
  /** Whether `id-token: write`, where it is missing, is worth a word when no credentials were found. */
  readonly mentionsIdToken: boolean;
}

export interface Source<Kind extends SourceKind> {
  /** For the log: what the chain starts from. */
  readonly name: string;
  /** For the log, where `auto` did not choose it: what the step does not have, "no access key". */
  readonly missing: string;
  /** For the drawing of a summary; lines are separated by `<br/>`. */
  readonly label: string;
  /** Every value that it gives is registered as a secret before it is returned. */
  readonly open: (base: BaseOf<Kind>, dependencies: SourceDependencies) => BaseSource;
  /** What a stored base has that must not be shown. */
  readonly secrets: (base: BaseOf<Kind>) => readonly string[];
  readonly advice: (base: BaseOf<Kind>) => SourceAdvice;
}

/** Most kinds have nothing to say about most failures. */
export const noAdvice = {
  unknownKey: [],
  wrongSecret: { advice: undefined, steps: [] },
  expiredKeys: [],
  nothingFound: [],
  mentionsIdToken: false,
} as const;

const nothing = (): void => undefined;

/** A source of keys. They are looked up once, however many ask. */
export function sourceOfKeys(kind: SourceKind, find: () => Promise<Credentials>): BaseSource {
  let keys: Promise<Credentials> | undefined;
  const noToken = (): Promise<never> => Promise.reject(new TypeError(`${kind} gives keys, not a token`));
  return {
    ahead: () => Promise.resolve(),
    credentials: () => (keys ??= find()),
    token: noToken,
    renewsToken: false,
    freshToken: noToken,
  };
}

/**
 * A source of tokens. Chains that share it share its tokens.
 * @param request calls `sent` when the request is on its way
 * @param isOver whether a token has expired, and another is worth a request
 */
export function sourceOfTokens(
  kind: SourceKind,
  request: (sent: () => void) => Promise<string>,
  { renews, isOver }: { readonly renews: boolean; readonly isOver: (token: string) => boolean },
): BaseSource {
  let latest: Promise<string> | undefined;
  const another = (sent: () => void = nothing): Promise<string> => (latest = request(sent));
  return {
    ahead: () =>
      new Promise((resolve) => {
        another(resolve).then(nothing, nothing).finally(resolve);
      }),
    credentials: () => Promise.reject(new TypeError(`${kind} gives a token, not keys`)),
    token: () => latest ?? another(),
    renewsToken: renews,
    freshToken: async (held) => {
      if (held !== '' && !isOver(held)) return held;
      const known = await latest;
      return known === undefined || known === held || held === '' || isOver(known) ? another() : known;
    },
  };
}
