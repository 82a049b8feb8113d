import { startLocalAws } from '../local/aws/server.ts';
import { startLocalGitHub } from '../local/github/issuer.ts';
import { benchAccounts } from './accounts.ts';

/** AWS and GitHub in a process of their own, so that what is timed shares nothing with them but the loopback. */

/** Where they are, sent to the process that began this one. */
export interface Addresses {
  readonly aws: string;
  readonly idTokenUrl: string;
  readonly idTokenRequestToken: string;
}

/** @param latencyMs before each answer of AWS's */
async function serve(latencyMs: number): Promise<Addresses> {
  const github = await startLocalGitHub();
  const { issuer, jwks, requestUrl, requestToken } = github;
  const aws = await startLocalAws(
    { accounts: benchAccounts(issuer) },
    { latencyMs, identityProviders: [{ issuer, jwks }] },
  );
  return { aws: aws.url, idTokenUrl: requestUrl, idTokenRequestToken: requestToken };
}

if (process.send) {
  process.send(await serve(Number(process.argv[2])));
  process.on('disconnect', () => process.exit());
}
