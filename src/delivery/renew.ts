import { resolve } from 'node:path';
import { messageOf } from '../text/action-error.ts';
import { oneLine } from '../text/log-line.ts';
import { addSecret } from '../text/redact.ts';
import { isUsable, readCache, type CachedCredentials } from '../profiles/cache.ts';
import { cachedFrom, recordFailure, writeCache } from '../profiles/write-cache.ts';
import { readPlan } from '../profiles/plan-file.ts';
import { openBase, secretsOf, sourceDependencies } from '../sources/sources.ts';
import { assumeChain } from '../chain/chain.ts';
import { Connections } from '../sts/connections.ts';
import { isInterrupted } from '../sts/errors.ts';
import type { RoleSession } from '../aws/session.ts';
import { deadlineAfter } from '../sts/deadline.ts';
import { openSts } from '../sts/open-sts.ts';

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
    store(cachePath, renewed);
    return renewed;
  } catch (error) {
    const now = Date.now();
    const why = oneLine(messageOf(error));
    const old = readCache(cachePath);
    if (!old || !isUsable(old, now)) {
      // Somebody ended this process; to the next one it says nothing.
      if (!(isInterrupted(error) && error.reason.kind === 'cancelled'))
        recordFailure(cachePath, { at: now, why });
      throw error;
    }
    process.stderr.write(
      `assume-role-chain: renewing failed, the credentials of before still hold: ${why}\n`,
    );
    store(cachePath, { ...old, failed: { at: now, why } });
    return old;
  }
}

/** Credentials in hand are not thrown away for a disk that is full. */
function store(cachePath: string, credentials: CachedCredentials): void {
  try {
    writeCache(cachePath, credentials);
  } catch (error) {
    const why = oneLine((error as Error).message);
    process.stderr.write(`assume-role-chain: the credentials cannot be kept for the next call: ${why}\n`);
  }
}

async function assume(planPath: string, environment: NodeJS.ProcessEnv): Promise<RoleSession> {
  const { plan, limits } = readPlan(resolve(planPath), environment);
  const stop = deadlineAfter(Math.min(limits.timeoutSeconds, longest));
  const connections = new Connections(environment);
  // Nothing may be printed on stdout, masks included: an AWS client reads it. What is known is kept out of stderr.
  const secret = (value: string): void => void addSecret(value);
  const silent = (): void => undefined;
  const retryOptions = { ...limits, propagationWaitSeconds: 0, signal: stop.signal, say: silent };
  for (const value of secretsOf(plan.base)) secret(value);
  const from = sourceDependencies(environment, connections, plan.sts.region, { retryOptions, secret });
  const base = openBase(plan.base, from);
  try {
    const Sts = await openSts(plan.sts, connections, stop.signal, base.ahead());
    const sts = new Sts(plan.sts, connections);
    return await assumeChain(plan, { sts, base, retryOptions, secret, arrived: silent });
  } finally {
    stop.release();
    connections.close();
  }
}
