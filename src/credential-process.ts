import {
  cachePathOf,
  failureAfter,
  hasJustFailed,
  isFresh,
  isUsable,
  processOutput,
  readCache,
  type CachedCredentials,
} from './profiles/cache.ts';

/**
 * The program as profiles call it: the plan's path, then a fixed word. Anything else is one line on stderr and exit
 * code 1.
 */
export async function runCredentialProcess(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const [planPath, word] = words;
  if (planPath !== undefined && word === 'credential-process' && words.length === 2) {
    await credentialProcess(planPath, environment);
  } else {
    process.stderr.write('assume-role-chain: usage: credential-process.js PLAN credential-process\n');
    process.exitCode = 1;
  }
}

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
    const { oneLine } = await import('./text/log-line.ts');
    const reason = oneLine(error instanceof Error ? error.message : String(error));
    process.stderr.write(`assume-role-chain: ${reason}\n`);
    process.exitCode = 1;
  }
}

const lockPathOf = (planPath: string): string => planPath.replace(/\.json$/, '.lock');

/** Milliseconds after which old credentials that still hold are handed out, rather than waited on for new ones. */
const retryOptions = 5000;

async function current(planPath: string, environment: NodeJS.ProcessEnv): Promise<CachedCredentials> {
  const cachePath = cachePathOf(planPath);
  const began = Date.now();
  const good = (): CachedCredentials | undefined => {
    const cached = readCache(cachePath);
    const now = Date.now();
    if (cached === undefined) return undefined;
    const waits = isUsable(cached, now) && (hasJustFailed(cached, now) || now - began > retryOptions);
    return isFresh(cached, now) || waits ? cached : undefined;
  };
  const cached = good();
  if (cached) return cached;
  // From here on it costs requests; until here, it cost a file.
  const [{ lockUnless }, { readPlan }, { ActionError }] = await Promise.all([
    import(/* webpackChunkName: 'renew' */ './profiles/lock.ts'),
    import(/* webpackChunkName: 'renew' */ './profiles/plan-file.ts'),
    import(/* webpackChunkName: 'renew' */ './text/action-error.ts'),
  ]);
  readPlan(planPath);
  const done = (): CachedCredentials | undefined => {
    // Whoever waits for a renewal that fails does not begin another: all of them would wait for each other in turn.
    const failure = failureAfter(cachePath, began);
    if (failure) throw new ActionError('renewal-failed', failure.why);
    return good();
  };
  const lock = await lockUnless(lockPathOf(planPath), done).catch((error: unknown) => {
    const old = readCache(cachePath);
    if (old && isUsable(old, Date.now())) return { done: old };
    throw error;
  });
  if ('done' in lock) return lock.done;
  try {
    return await (
      await import(/* webpackChunkName: 'renew' */ './delivery/renew.ts')
    ).renew(planPath, cachePath, environment);
  } finally {
    lock.release();
  }
}
