import pLimit from 'p-limit';
import { say, warn } from '../github/log.ts';
import { secret } from '../github/secrets.ts';
import type { Delivered } from './state.ts';
import { readCache } from '../profiles/cache.ts';
import { readJournal } from '../profiles/journal.ts';
import { isReleased } from '../profiles/job-profiles.ts';
import { cacheOf, readStoredProfiles, type StoredProfile } from '../profiles/stored-profiles.ts';
import type { Sts } from '../sts/client.ts';
import { Connections } from '../sts/connections.ts';
import { callerArn } from '../sts/caller-identity.ts';
import { deadlineAfter } from '../sts/deadline.ts';
import { openSts } from '../sts/open-sts.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { messageOf } from '../text/action-error.ts';
import { isSame } from './verify-keys.ts';

/** Requests at once, as many as when the accounts' roles are assumed. */
const atOnce = 64;

/**
 * Asks STS whose credentials each profile of the step holds, where its cached ones still do; none are renewed for it.
 * Another identity fails the job, no answer is a warning.
 */
export async function verifyProfiles(
  { limits }: Delivered,
  { folder, fingerprint }: { readonly folder: string; readonly fingerprint: string },
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  if (isReleased(folder)) {
    say('The profiles of this step were released before the job ended: there is nothing to verify.');
    return;
  }
  const profiles = readStoredProfiles(folder, fingerprint);
  if (!profiles) {
    warn('The profiles of this step are not verified: a later step removed or changed them.');
    return;
  }
  const stop = deadlineAfter(limits.timeoutSeconds);
  let connections: Connections | undefined;
  const retryOptions = { ...limits, propagationWaitSeconds: 0, signal: stop.signal, say };
  const limit = pLimit(atOnce);
  try {
    const own = (connections = new Connections(environment));
    const Sts = await openConnections(profiles, own, stop.signal);
    const verified = await Promise.all(
      profiles.map((profile) =>
        limit(() => verifyOne(profile, cacheOf(folder, profile), new Sts(profile.sts, own), retryOptions)),
      ),
    );
    const same = profiles.filter((one, index) => verified[index] && !isFailing(cacheOf(folder, one)));
    if (same.length > 1) say(`Verified: the credentials of ${same.length} profiles belong to their roles.`);
    else
      for (const { assumedRoleArn } of same)
        say(`Verified: the job's credentials belong to ${assumedRoleArn}.`);
  } catch (error) {
    warn(`The identity of the profiles' credentials could not be verified: ${messageOf(error)}`);
  } finally {
    stop.release();
    connections?.close();
  }
}

/** Whether its last renewal failed: then nobody is assured that its tools had these credentials. */
const isFailing = (cache: string): boolean => readJournal(cache).failing;

/** Opens a connection for each request that will be made at once, then loads the code that uses them. */
async function openConnections(
  profiles: readonly StoredProfile[],
  connections: Connections,
  signal: AbortSignal,
): Promise<typeof Sts> {
  const [first] = profiles;
  if (!first) throw new TypeError('there is no profile');
  const places = Map.groupBy(profiles, ({ sts }) => endpointOf(sts).url.href);
  for (const [href, { length }] of places) void connections.open(new URL(href), Math.min(atOnce, length));
  return openSts(first.sts, connections, signal);
}

/** @returns whether it holds the credentials that it should */
async function verifyOne(
  { name, assumedRoleArn }: StoredProfile,
  cache: string,
  sts: Sts,
  retryOptions: Parameters<typeof callerArn>[2],
): Promise<boolean> {
  const credentials = readCache(cache);
  if (!credentials || credentials.expires <= Date.now()) {
    say(`Profile ${name}: its last credentials have expired, so there is nothing to verify.`);
    return false;
  }
  // A profile's process cannot register what it renews; from here on the runner knows.
  for (const value of [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId])
    secret(value);
  try {
    return isSame(await callerArn(credentials, sts, retryOptions), assumedRoleArn);
  } catch (error) {
    warn(`Profile ${name} could not be verified: ${messageOf(error)}`);
    return false;
  }
}
