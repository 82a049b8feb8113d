import { lchownSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { isFlag, isShape, isText, isTime, optional, readRecord, recordText } from './record.ts';

/**
 * The credentials that a profile's process answers from. Every call of an AWS client loads this file, so it imports
 * nothing but the file system.
 */

/** Why a renewal failed, and when: milliseconds since 1970. */
export interface RenewalFailure {
  readonly at: number;
  /** One line, redacted. */
  readonly why: string;
}

/** Credentials of a profile, and when to renew them. Times are milliseconds since 1970. */
export interface CachedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly accountId: string;
  readonly obtained: number;
  readonly expires: number;
  /** Absent unless the last renewal failed. */
  readonly failed?: RenewalFailure;
  /** Present where a renewal starts from GitHub's ID token, for which a process needs the runner's variables. */
  readonly needsIdToken?: boolean;
}

/** Raised whenever {@link CachedCredentials} or {@link RenewalFailure} changes. */
const format = 1;

const isFailure = isShape<RenewalFailure>({ at: isTime, why: isText });
const isCached = isShape<CachedCredentials>({
  accessKeyId: isText,
  secretAccessKey: isText,
  sessionToken: isText,
  accountId: isText,
  obtained: isTime,
  expires: isTime,
  failed: optional(isFailure),
  needsIdToken: optional(isFlag),
});

/**
 * Seconds. Renewal begins 20 minutes before the end, because botocore asks for new credentials at every call once less
 * than 15 minutes are left. No role's session lasts longer than 12 hours (AWS STS API Reference, AssumeRole); the hour
 * more is for a clock that is off.
 */
const limits = { renewBefore: 20 * 60, early: 60, usable: 60, retryAfter: 20, longest: 13 * 3600 } as const;

/** The cache of a plan, beside it. */
export const cachePathOf = (planPath: string): string => planPath.replace(/\.json$/, '.cache.json');

/** The last renewal that failed with nothing left to hand out, beside the cache. */
export const failurePathOf = (cachePath: string): string => cachePath.replace(/\.json$/, '.failed');

/**
 * @param now milliseconds since 1970
 * @returns undefined where there is none, or none that can be right: of another shape, obtained in the future, or longer
 *   than any session
 */
export function readCache(path: string, now = Date.now()): CachedCredentials | undefined {
  const cached = readRecord(contentOf(path), format, isCached);
  if (!cached || cached.obtained > now) return undefined;
  return cached.expires - cached.obtained <= limits.longest * 1000 ? cached : undefined;
}

/** What {@link readCache} reads. */
export const cacheText = (credentials: CachedCredentials): string => recordText(format, credentials);

/** What {@link failureAfter} reads. */
export const failureText = (failure: RenewalFailure): string => recordText(format, failure);

/** @returns the last failure, if it was after this moment and not in the future: milliseconds since 1970 */
export function failureAfter(
  cachePath: string,
  moment: number,
  now = Date.now(),
): RenewalFailure | undefined {
  const failure = readRecord(contentOf(failurePathOf(cachePath)), format, isFailure);
  return failure && failure.at > moment && failure.at <= now ? failure : undefined;
}

/** The note that a process which cannot renew got cached credentials, beside the cache. */
export const withoutIdTokenPathOf = (cachePath: string): string =>
  cachePath.replace(/\.json$/, '.no-id-token');

/**
 * Leaves a note, once, where cached credentials go to a process that could not renew them: it works now, and fails in a
 * long job. Costs nothing where the variables are set.
 * @returns the credentials
 */
export function noteMissingIdToken(
  cachePath: string,
  credentials: CachedCredentials,
  environment: NodeJS.ProcessEnv,
): CachedCredentials {
  if (credentials.needsIdToken !== true) return credentials;
  if (environment['ACTIONS_ID_TOKEN_REQUEST_URL'] && environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
    return credentials;
  try {
    const path = withoutIdTokenPathOf(cachePath);
    writeFileSync(path, String(Date.now()), { mode: 0o600, flag: 'wx' });
    if (process.getuid?.() !== 0) return credentials;
    // The post step could not read the superuser's (`sudo`).
    const { uid, gid } = lstatSync(cachePath);
    lchownSync(path, uid, gid);
  } catch {
    // It is there already, or cannot be written.
  }
  return credentials;
}

/** @returns the time in a note, milliseconds since 1970; undefined where there is none */
export function contentTime(path: string): number | undefined {
  const text = contentOf(path);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Of files alone: a pipe in the place of one would never end. */
function contentOf(path: string): string | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Whether they are handed out without a renewal: more than 20 minutes are left, or half of a shorter lifetime. */
export function isFresh({ obtained, expires }: CachedCredentials, now: number): boolean {
  return expires - now > Math.min(limits.renewBefore * 1000, (expires - obtained) / 2);
}

/** Whether they may be handed out when renewal fails: a minute or more is left. */
export function isUsable({ expires }: CachedCredentials, now: number): boolean {
  return expires - now >= limits.usable * 1000;
}

/** Whether renewal failed so recently that it is not tried again yet. */
export function hasJustFailed({ failed }: CachedCredentials, now: number): boolean {
  return failed !== undefined && failed.at <= now && now - failed.at < limits.retryAfter * 1000;
}

/**
 * What an AWS client reads (AWS SDKs and Tools Reference Guide, "Process credential provider"). The expiration is a
 * minute early, or a tenth of a shorter lifetime, for clients that renew only at the very end.
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
