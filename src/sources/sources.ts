import type { Base } from '../aws/plan.ts';
import type { Connections } from '../sts/connections.ts';
import { NoBaseCredentials } from '../sts/errors.ts';
import type { RetryOptions } from '../sts/retry.ts';
import { accessKey } from './access-key.ts';
import { ambient, ambientCredentials } from './ambient.ts';
import { mayAskForIdToken, requestIdToken } from './id-token.ts';
import { oidc } from './oidc.ts';
import type { BaseSource, Source, SourceAdvice, SourceDependencies, SourceKind } from './source.ts';
import { tokenFile } from './token-file.ts';

/** Every kind of base credentials. */
export const sources: { readonly [Kind in SourceKind]: Source<Kind> } = {
  'access-key': accessKey,
  'token-file': tokenFile,
  oidc,
  ambient,
};

/** The source of a base; a base's kind chooses the source that takes it. */
const sourceOf = (kind: SourceKind): Source<SourceKind> => sources[kind] as unknown as Source<SourceKind>;

/** The source of a plan's base credentials. Chains that share it share what it gives. */
export const openBase = (base: Base, dependencies: SourceDependencies): BaseSource =>
  sourceOf(base.kind).open(base, dependencies);

/** What a stored base has that must not be shown. */
export const secretsOf = (base: Base): readonly string[] => sourceOf(base.kind).secrets(base);

/** What a failure says about a base. */
export const adviceOn = (base: Base): SourceAdvice => sourceOf(base.kind).advice(base);

/** What sources need, from the environment of this process. @param region of the SDK's own requests to STS */
export function sourceDependencies(
  environment: NodeJS.ProcessEnv,
  connections: Connections,
  region: string,
  { retryOptions, secret }: { readonly retryOptions: RetryOptions; readonly secret: (value: string) => void },
): SourceDependencies {
  return {
    ambient: (origin) => ambientCredentials(origin, region, connections),
    idToken: (audience, signal, sent) => {
      if (!mayAskForIdToken(environment)) throw new NoBaseCredentials('no-id-token', noTokenHere);
      return requestIdToken(environment, audience, secret, connections, signal, sent);
    },
    retryOptions,
    secret,
  };
}

const noTokenHere =
  'ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are not in the environment of this process: only processes that the steps of ' +
  "the job start can renew a profile that starts from GitHub's OIDC token";
