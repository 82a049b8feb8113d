import { failureAfter, readCache } from '../profiles/cache.ts';
import { readJournal } from '../profiles/journal.ts';
import type { JobProfile } from '../profiles/job-profiles.ts';
import { isoTime, untilThen } from '../text/time.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';

/** One profile as `status --json` prints it. Times are ISO 8601, UTC. */
export interface ProfileStatus {
  readonly profile: string;
  readonly 'account-id': string;
  readonly 'assumed-role-arn': string;
  readonly region: string;
  /** When its credentials expire, or have expired; null where there are none. */
  readonly expiration: string | null;
  /** How many renewals succeeded. */
  readonly renewals: number;
  /** Null where none did. */
  readonly 'last-renewal': string | null;
  /** Null where the last renewal did not fail. */
  readonly 'last-failure': { readonly time: string; readonly message: string } | null;
}

/** Shows each profile. It renews none. @returns the exit code */
export function status({ json }: Extract<Call, { kind: 'status' }>, { profiles }: Context): number {
  const now = Date.now();
  const all = profiles.map((profile) => statusOf(profile, now));
  process.stdout.write(json ? `${JSON.stringify(all)}\n` : statusTable(all, new Date(now)));
  return 0;
}

function statusOf(
  { name, accountId, assumedRoleArn, region, cachePath }: JobProfile,
  now: number,
): ProfileStatus {
  const cached = readCache(cachePath, now);
  // Before that moment the credentials were made: what failed then is over.
  const failure = cached?.failed ?? failureAfter(cachePath, cached?.obtained ?? 0, now);
  const { count, last } = readJournal(cachePath);
  return {
    profile: name,
    'account-id': accountId,
    'assumed-role-arn': assumedRoleArn,
    region,
    expiration: cached ? isoTime(new Date(cached.expires)) : null,
    renewals: count,
    'last-renewal': last === undefined ? null : isoTime(new Date(last)),
    'last-failure': failure ? { time: isoTime(new Date(failure.at)), message: failure.why } : null,
  };
}

/** A line per profile, in columns, and one below it for a failure. */
export function statusTable(all: readonly ProfileStatus[], now: Date): string {
  const columns = (['profile', 'assumed-role-arn', 'region'] as const).map((key) => ({
    key,
    width: Math.max(...all.map((one) => one[key].length)),
  }));
  const lines = all.flatMap((one) => {
    const cells = columns.map(({ key, width }) => one[key].padEnd(width));
    const failure = one['last-failure'];
    return [
      [...cells, expiry(one, now)].join('  '),
      ...(one['last-renewal'] === null
        ? []
        : [
            `  renewed ${one.renewals === 1 ? 'once' : `${one.renewals} times`}, last at ${one['last-renewal']}`,
          ]),
      ...(failure ? [`  renewal failed at ${failure.time}: ${failure.message}`] : []),
    ];
  });
  return lines.map((line) => `${line}\n`).join('');
}

function expiry({ expiration }: ProfileStatus, now: Date): string {
  if (expiration === null) return 'no credentials';
  const end = new Date(expiration);
  return end <= now ? `expired at ${expiration}` : `expires at ${expiration} (${untilThen(end, now)})`;
}
