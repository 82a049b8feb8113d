import {
  cachePathOf,
  hasJustFailed,
  isFresh,
  isUsable,
  processOutput,
  readCache,
  type CachedCredentials,
} from './profiles/cache.ts';

/**
 * What an AWS client runs for a profile: prints the credentials on one line of stdout, and nothing else there. Fresh
 * ones come from the cache, and cost a file; others are renewed, by one process however many ask.
 * @param planPath the plan's file; the cache and the lock are beside it
 */
export async function credentialProcess(planPath: string, environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const credentials = await current(planPath, environment);
    process.stdout.write(`${processOutput(credentials)}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`assume-role-chain: ${reason.replace(/\s+/g, ' ')}\n`);
    process.exitCode = 1;
  }
}

const lockPathOf = (planPath: string): string => planPath.replace(/\.json$/, '.lock');

async function current(planPath: string, environment: NodeJS.ProcessEnv): Promise<CachedCredentials> {
  const cachePath = cachePathOf(planPath);
  const good = (): CachedCredentials | undefined => {
    const cached = readCache(cachePath);
    const now = Date.now();
    const waits = cached !== undefined && isUsable(cached, now) && hasJustFailed(cached, now);
    return cached !== undefined && (isFresh(cached, now) || waits) ? cached : undefined;
  };
  const cached = good();
  if (cached) return cached;
  // From here on it costs requests; until here, it cost a file.
  const { lockUnless } = await import('./profiles/lock.ts');
  const lock = await lockUnless(lockPathOf(planPath), good);
  if ('done' in lock) return lock.done;
  try {
    return await (await import('./renew.ts')).renew(planPath, cachePath, environment);
  } finally {
    lock.release();
  }
}
