import { isUsable, readCache } from '../profiles/cache.ts';
import type { JobProfile } from '../profiles/job-profiles.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';

/** One profile as `status --json` prints it. */
interface ProfileStatus {
  readonly profile: string;
  readonly 'account-id': string;
  readonly 'assumed-role-arn': string;
  readonly region: string;
  /** ISO 8601, UTC; null where there are no usable credentials. */
  readonly expiration: string | null;
}

/** Shows each profile. It renews none. @returns the exit code */
export function status({ json }: Extract<Call, { kind: 'status' }>, { profiles }: Context): number {
  const all = profiles.map(statusOf);
  process.stdout.write(json ? `${JSON.stringify(all)}\n` : '');
  return 0;
}

function statusOf({ name, accountId, assumedRoleArn, region, cachePath }: JobProfile): ProfileStatus {
  const now = Date.now();
  const cached = readCache(cachePath, now);
  const expires = cached && isUsable(cached, now) ? new Date(cached.expires).toISOString() : null;
  return {
    profile: name,
    'account-id': accountId,
    'assumed-role-arn': assumedRoleArn,
    region,
    expiration: expires,
  };
}
