import { needsIdToken, type Base } from '../aws/plan.ts';
import type { RoleSession } from '../aws/session.ts';
import {
  cacheText,
  failurePathOf,
  failureText,
  type CachedCredentials,
  type RenewalFailure,
} from './cache.ts';
import { replaceFile } from './replace-file.ts';

/** A session as it is cached. @param now milliseconds since 1970 @param base what its chain started from */
export function cachedFrom(
  { credentials, accountId, expires }: RoleSession,
  now: number,
  base: Base['kind'],
): CachedCredentials {
  return {
    ...credentials,
    accountId,
    obtained: now,
    expires,
    ...(needsIdToken[base] && { needsIdToken: true }),
  };
}

/** @throws the system's error where the file cannot be written */
export function writeCache(path: string, credentials: CachedCredentials): void {
  replaceFile(path, cacheText(credentials));
}

/** Records a failure for the processes that wait for the same renewal. Without the file they find out themselves. */
export function recordFailure(cachePath: string, failure: RenewalFailure): void {
  try {
    replaceFile(failurePathOf(cachePath), failureText(failure));
  } catch {
    // A full disk, or a folder that is gone.
  }
}
