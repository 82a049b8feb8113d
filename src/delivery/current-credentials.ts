import {
  cachePathOf,
  failureAfter,
  hasJustFailed,
  isFresh,
  isUsable,
  noteMissingIdToken,
  readCache,
  type CachedCredentials,
} from '../profiles/cache.ts';

const lockPathOf = (planPath: string): string => planPath.replace(/\.json$/, '.lock');

/** Milliseconds after which current credentials that are still usable are handed out, without waiting for new ones. */
const longestWait = 5000;

/**
 * The credentials of a profile. Fresh ones come from the cache and cost reading a file; others are renewed, by one
 * process however many ask.
 * @param planPath the plan's file; the cache and the lock are beside it
 * @param stop ends the waiting for another process
 * @throws Error where they cannot be renewed and the current ones are not usable any more
 */
export async function currentCredentials(
  planPath: string,
  environment: NodeJS.ProcessEnv,
  stop?: AbortSignal,
): Promise<CachedCredentials> {
  const cachePath = cachePathOf(planPath);
  const began = Date.now();
  const good = (): CachedCredentials | undefined => {
    const cached = readCache(cachePath);
    const now = Date.now();
    if (cached === undefined) return undefined;
    const waits = isUsable(cached, now) && (hasJustFailed(cached, now) || now - began > longestWait);
    return isFresh(cached, now) || waits ? cached : undefined;
  };
  const cached = good();
  if (cached) return noteMissingIdToken(cachePath, cached, environment);
  return renewUnlessDone(planPath, cachePath, good, environment, stop);
}

/** From here on it costs requests; until here, it cost a file. */
async function renewUnlessDone(
  planPath: string,
  cachePath: string,
  good: () => CachedCredentials | undefined,
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal | undefined,
): Promise<CachedCredentials> {
  const began = Date.now();
  const [{ lockUnless }, { readPlan }, { ActionError }, { afterFailure, renew }] = await Promise.all([
    import(/* webpackChunkName: 'renew' */ '../profiles/lock.ts'),
    import(/* webpackChunkName: 'renew' */ '../profiles/plan-file.ts'),
    import(/* webpackChunkName: 'renew' */ '../text/action-error.ts'),
    import(/* webpackChunkName: 'renew' */ './renew.ts'),
  ]);
  try {
    readPlan(planPath, environment);
  } catch (error) {
    return await afterFailure(error, planPath, cachePath, environment);
  }
  const done = (): CachedCredentials | undefined => {
    // A process that waits for a renewal that fails does not begin another, or all would wait for each other in turn.
    const failure = failureAfter(cachePath, began);
    if (failure) throw new ActionError('renewal-failed', failure.why);
    return good();
  };
  const lock = await lockUnless(lockPathOf(planPath), done, stop).catch((error: unknown) => {
    const old = readCache(cachePath);
    if (old && isUsable(old, Date.now())) return { done: old };
    throw error;
  });
  if ('done' in lock) return lock.done;
  try {
    return await renew(planPath, cachePath, environment);
  } finally {
    lock.release();
  }
}
