import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * What a profile's process answers from. Loaded at each call of an AWS client, so it needs nothing but files.
 */

/** Credentials of a profile, with what must be known to hand them out and to renew them. Times are milliseconds since 1970. */
export interface CachedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly accountId: string;
  readonly obtained: number;
  readonly expires: number;
  /** When renewing last failed, and why; absent where it has not since. */
  readonly failed?: { readonly at: number; readonly why: string };
}

/** The cache of a plan, beside it. */
export const cachePathOf = (planPath: string): string => planPath.replace(/\.json$/, '.cache.json');

/** Seconds. */
const limits = { renewBefore: 20 * 60, early: 60, usable: 60, retryAfter: 20 } as const;

/** @returns undefined where there is none that can be read */
export function readCache(path: string): CachedCredentials | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CachedCredentials;
  } catch {
    return undefined;
  }
}

/** Writes in one go: whoever reads sees the old ones or the new, never half. */
export function writeCache(path: string, credentials: CachedCredentials): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(credentials), { mode: 0o600 });
    // The mode given above passes through the umask.
    chmodSync(draft, 0o600);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** The last renewal that failed with nothing left to hand out. */
export interface RenewalFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly why: string;
}

const failurePathOf = (cachePath: string): string => cachePath.replace(/\.json$/, '.failed');

/** Leaves word for those who wait for the same renewal; where that cannot be written, they find out themselves. */
export function recordFailure(cachePath: string, failure: RenewalFailure): void {
  try {
    writeFileSync(failurePathOf(cachePath), JSON.stringify(failure), { mode: 0o600 });
  } catch {
    // A full disk, or a folder that is gone.
  }
}

/** @returns the last failure, if there was one after this moment */
export function failureAfter(cachePath: string, moment: number): RenewalFailure | undefined {
  try {
    const failure = JSON.parse(readFileSync(failurePathOf(cachePath), 'utf8')) as RenewalFailure;
    return failure.at > moment ? failure : undefined;
  } catch {
    return undefined;
  }
}

/** Whether they are handed out as they are: more than 20 minutes are left, or half of their life if that is less. */
export function isFresh({ obtained, expires }: CachedCredentials, now: number): boolean {
  return expires - now > Math.min(limits.renewBefore * 1000, (expires - obtained) / 2);
}

/** Whether old ones may be handed out when renewing fails: for a minute or more. */
export function isUsable({ expires }: CachedCredentials, now: number): boolean {
  return expires - now >= limits.usable * 1000;
}

/** Whether renewing failed so recently that it is not worth another try yet. */
export function hasJustFailed({ failed }: CachedCredentials, now: number): boolean {
  return failed !== undefined && now - failed.at < limits.retryAfter * 1000;
}

/**
 * What an AWS client reads (AWS SDKs and Tools Reference Guide, "Process credential provider"). The expiration is told
 * a minute early, or a tenth of the life if that is less, for clients that renew only at the very end.
 */
export function processOutput({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  accountId,
  obtained,
  expires,
}: CachedCredentials): string {
  const early = Math.max(0, Math.min(limits.early * 1000, (expires - obtained) / 10));
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expires - early).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    AccountId: accountId,
  });
}
