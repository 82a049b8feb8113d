import { holds, tokenFault } from '../aws/web-identity-token.ts';
import { NoBaseCredentials } from '../sts/errors.ts';
import { retry } from '../sts/retry.ts';
import { noAdvice, sourceOfTokens, type BaseOf, type Source, type SourceDependencies } from './source.ts';

/** Seconds that a token must still be valid to be sent: a request may take that long. */
const tokenMargin = 10;

/** GitHub's OIDC ID token, requested with the job's permission `id-token: write`. */
export const oidc: Source<'oidc'> = {
  name: "GitHub's OIDC token",
  missing: 'no "id-token: write"',
  label: "GitHub's<br/>OIDC token",
  open: (base, dependencies) =>
    sourceOfTokens('oidc', (sent) => requestToken(base, dependencies, sent), {
      renews: true,
      isOver: (token) => !holds(token, tokenMargin, new Date()),
    }),
  secrets: () => [],
  advice: () => ({
    ...noAdvice,
    caller: "the job's OIDC token",
    keys: 'the base credentials (oidc)',
    session: 'the base credentials (oidc)',
    expiredToken:
      "AWS considers the job's OIDC token expired, although it is new: check the clock of the runner and of the issuer.",
  }),
};

async function requestToken(
  { audience }: BaseOf<'oidc'>,
  { retryOptions, secret, idToken }: SourceDependencies,
  sent: () => void,
): Promise<string> {
  const token = await retry({ operation: 'GetIdToken' }, retryOptions, (signal) =>
    idToken(audience, signal, sent),
  );
  secret(token);
  const fault = tokenFault(token);
  if (fault === undefined) return token;
  throw new NoBaseCredentials('unusable-token', `oidc: the token that GitHub's service gave ${fault}`);
}
