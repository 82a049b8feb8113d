import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { say } from '../github/log.ts';
import { secret } from '../github/masks.ts';
import type { Findings } from './findings.ts';
import type { Delivered } from './state.ts';
import { readCache } from '../profiles/cache.ts';
import { cacheOf, isReleased, readStoredProfiles, type StoredProfile } from '../profiles/stored-profiles.ts';
import type { Sts } from '../sts/client.ts';
import { Connections } from '../sts/connections.ts';
import { callerArn } from '../sts/caller-identity.ts';
import { openSts } from '../sts/open-sts.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { messageOf } from '../text/action-error.ts';
import { decryptSecrets } from './previous-secrets.ts';
import { affectsOnlySome, replacedVariables } from './replaced.ts';
import { listOfProfiles, reportIdentities, wrongIdentities, type Verification } from './report-identities.ts';
import { failOnIdentity } from './verify-keys.ts';

/** Requests at once, as many as when the accounts' roles are assumed. */
const atOnce = 64;

/**
 * Asks STS which identity the cached credentials of each profile belong to, if they are still valid. None are renewed for
 * it. If the identity is not the profile's, the job fails. If STS does not answer, there is a warning.
 */
export async function verifyProfiles(
  delivered: Delivered,
  { folder, fingerprint, signal }: { folder: string; fingerprint: string; signal: AbortSignal },
  environment: NodeJS.ProcessEnv,
  findings: Findings,
): Promise<void> {
  const unchanged = profilesToVerify(delivered, { folder, fingerprint }, environment, findings);
  const profiles = await withoutChanged(unchanged, folder, environment, findings);
  if (profiles.length === 0) return;
  const { limits, jobSummary } = delivered;
  let connections: Connections | undefined;
  const retryOptions = { ...limits, propagationWaitSeconds: 0, signal, say };
  const limit = pLimit(atOnce);
  try {
    const own = (connections = new Connections(environment));
    const Sts = await openConnections(profiles, own, signal);
    const results = await Promise.all(
      profiles.map((profile) =>
        limit(() => verifyOne(profile, cacheOf(folder, profile), new Sts(profile.sts, own), retryOptions)),
      ),
    );
    const advice = wrongIdentities(results);
    if (advice !== undefined) await failOnIdentity(advice, jobSummary);
    reportIdentities(results, folder, findings);
  } catch (error) {
    findings.warn(`The identity of the profiles' credentials could not be verified: ${messageOf(error)}`);
  } finally {
    connections?.close();
  }
}

/** None where there is nothing to verify, or where it would say nothing of the job's tools; the findings say why. */
function profilesToVerify(
  { changed, box, left }: Delivered,
  { folder, fingerprint }: { readonly folder: string; readonly fingerprint: string },
  environment: NodeJS.ProcessEnv,
  findings: Findings,
): readonly StoredProfile[] {
  if (isReleased(folder)) {
    findings.say('The profiles of this step were released before the job ended: there is nothing to verify.');
    return [];
  }
  const profiles = readStoredProfiles(folder, fingerprint);
  if (!profiles) {
    findings.warn('The profiles of this step are not verified: a later step removed or changed them.');
    return [];
  }
  const replaced = replacedVariables(changed, decryptSecrets(box, folder) ?? {}, environment, left);
  if (replaced.length === 0) return profiles;
  const names = replaced.join(', ');
  const onlySome = affectsOnlySome(replaced);
  if (onlySome || profiles.some(({ fromList }) => fromList)) {
    // Other tools, and those that were given a profile by --profile, had its credentials all the same.
    findings.warn(
      onlySome
        ? `A later step changed ${names}, so some tools may have run as another identity.`
        : `A later step changed ${names}, so tools with AWS_PROFILE may have run as another identity.`,
    );
    return profiles;
  }
  findings.warn(
    `The profile of this step is not verified: a later step changed ${names}, so tools may have run as another identity.`,
  );
  return [];
}

/** Those that still get their credentials from this action; a finding names the others. */
async function withoutChanged(
  profiles: readonly StoredProfile[],
  folder: string,
  environment: NodeJS.ProcessEnv,
  findings: Findings,
): Promise<readonly StoredProfile[]> {
  if (profiles.length === 0) return [];
  const temp = dirname(dirname(folder));
  const { overridden, withoutOwnProcess } = await import(
    /* webpackChunkName: 'profiles' */ '../profiles/user-files.ts'
  );
  const others = overridden(profiles, environment, temp);
  // A step's own env may name other files than the job's tools had.
  const isOwnFile = dirname(environment['AWS_CONFIG_FILE'] ?? '') === folder;
  const gone = isOwnFile
    ? withoutOwnProcess(profiles, folder, environment).filter((profile) => !others.includes(profile))
    : [];
  if (gone.length > 0)
    findings.warn(
      `${listOfProfiles(gone)}: not verified, because a later step removed the profile${gone.length === 1 ? ' or changed its' : 's or changed their'} credential_process. Tools may have failed, or run as another identity.`,
    );
  if (others.length > 0)
    findings.warn(
      `${listOfProfiles(others)}: not verified, because a later step added keys, a role or another source, as "aws configure set" does. Tools may have failed, or run as another identity.`,
    );
  return profiles.filter((profile) => !others.includes(profile) && !gone.includes(profile));
}

/** Opens a connection for each request that will be made at once, then loads the code that uses them. */
async function openConnections(
  profiles: readonly StoredProfile[],
  connections: Connections,
  signal: AbortSignal,
): Promise<typeof Sts> {
  const [first] = profiles;
  if (!first) throw new TypeError('there is no profile');
  const places = Map.groupBy(profiles, ({ sts }) => endpointOf(sts).url.href);
  for (const [href, { length }] of places)
    void connections.open(new URL(href), { count: Math.min(atOnce, length) });
  return openSts(first.sts, connections, signal);
}

async function verifyOne(
  profile: StoredProfile,
  cache: string,
  sts: Sts,
  retryOptions: Parameters<typeof callerArn>[2],
): Promise<Verification> {
  const credentials = readCache(cache);
  if (!credentials || credentials.expires <= Date.now()) return { profile, expired: true };
  // A profile's process cannot register what it renews; from here on the runner knows.
  for (const value of [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId])
    secret(value);
  try {
    return { profile, answered: await callerArn(credentials, sts, retryOptions) };
  } catch (error) {
    return { profile, error: messageOf(error) };
  }
}
