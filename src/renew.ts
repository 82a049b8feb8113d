import { resolve } from 'node:path';
import { requestIdToken } from './github/id-token.ts';
import { isUsable, readCache, writeCache, type CachedCredentials } from './profiles/cache.ts';
import { readPlan } from './profiles/plan-file.ts';
import { openBase } from './sts/base.ts';
import { assumeChain } from './sts/chain.ts';
import { ambientCredentials } from './sts/ambient.ts';
import { Sts } from './sts/client.ts';
import { Connections } from './sts/connections.ts';
import type { RoleSession } from './sts/session.ts';
import { stopAfter } from './stop.ts';

/** Seconds: every client must have its answer before it gives up, which the SDK for Go does after a minute. */
const longest = 30;

/**
 * Makes a profile's credentials again as they were made first, and keeps them.
 * Where that fails, the old ones are given if they still hold for a minute or more, with a line on stderr.
 * @throws the failure, where they do not
 */
export async function renew(
  planPath: string,
  cachePath: string,
  environment: NodeJS.ProcessEnv,
): Promise<CachedCredentials> {
  try {
    const renewed = cachedFrom(await assume(planPath, environment), Date.now());
    writeCache(cachePath, renewed);
    return renewed;
  } catch (error) {
    const now = Date.now();
    const old = readCache(cachePath);
    if (!old || !isUsable(old, now)) throw error;
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
    process.stderr.write(
      `assume-role-chain: renewing failed, the credentials of before still hold: ${why}\n`,
    );
    writeCache(cachePath, { ...old, failed: { at: now, why } });
    return old;
  }
}

/** A session as it is kept. @param now milliseconds since 1970 */
export function cachedFrom(
  { credentials, accountId, expiration }: RoleSession,
  now: number,
): CachedCredentials {
  return { ...credentials, accountId, obtained: now, expires: expiration.getTime() };
}

async function assume(planPath: string, environment: NodeJS.ProcessEnv): Promise<RoleSession> {
  const { plan, limits } = readPlan(resolve(planPath));
  const stop = stopAfter(Math.min(limits.timeoutSeconds, longest));
  const connections = new Connections(environment);
  const sts = new Sts(plan.sts, connections);
  // Nothing may be printed on stdout, masks included: an AWS client reads it, and it never comes to the log.
  const silent = (): void => undefined;
  const patience = { ...limits, propagationWaitSeconds: 0, signal: stop.signal, say: silent };
  const base = openBase(plan.base, {
    ambient: (origin) => ambientCredentials(origin, plan.sts.region),
    patience,
    secret: silent,
    idToken: (audience, signal) => requestIdToken(environment, audience, silent, connections, signal),
  });
  try {
    return await assumeChain(plan, { sts, base, patience, secret: silent, arrived: silent });
  } finally {
    stop.release();
    connections.close();
  }
}
