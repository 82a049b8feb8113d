import { resolve } from 'node:path';
import { messageOf, signalOf } from '../text/action-error.ts';
import { oneLine } from '../text/log-line.ts';
import { addSecret } from '../text/redact.ts';
import { isUsable, readCache, type CachedCredentials } from '../profiles/cache.ts';
import { cachedFrom, recordFailure, writeCache } from '../profiles/write-cache.ts';
import { appendJournal } from '../profiles/journal.ts';
import { readPlan, type StoredPlan } from '../profiles/plan-file.ts';
import { openBase, secretsOf, sourceDependencies } from '../sources/sources.ts';
import type { BaseSource } from '../sources/source.ts';
import { assumeChain, reach, type ChainDependencies, type Reached } from '../chain/chain.ts';
import type { RoleSession } from '../aws/session.ts';
import { Connections } from '../sts/connections.ts';
import { deadlineAfter } from '../sts/deadline.ts';
import { openSts } from '../sts/open-sts.ts';
import {
  discardShared,
  isRefused,
  reachShared,
  sharedSessionOf,
  type SharedSession,
} from './shared-session.ts';
import type { noteFailure } from './note-failure.ts';

/** Seconds: every client must have its answer before it gives up, which the SDK for Go does after a minute. */
const longest = 30;

/**
 * Makes a profile's credentials again as they were made first, and keeps them.
 * Where that fails, see {@link afterFailure}.
 * @throws the failure, where they do not
 */
export async function renew(
  planPath: string,
  cachePath: string,
  environment: NodeJS.ProcessEnv,
): Promise<CachedCredentials> {
  try {
    const renewed = await assume(planPath, environment);
    store(cachePath, renewed);
    appendJournal(cachePath, { event: 'renewed', at: renewed.obtained });
    return renewed;
  } catch (error) {
    return await afterFailure(error, planPath, cachePath, environment);
  }
}

/**
 * What a client gets when its profile cannot be renewed: the current credentials, if they are valid for a minute or more,
 * with a line on stderr. The failure is recorded for other processes, for the summary and for the post step.
 * @throws the failure, where they are not; Interrupted where a signal ended the renewal, which is no failure
 */
export async function afterFailure(
  error: unknown,
  planPath: string,
  cachePath: string,
  environment: NodeJS.ProcessEnv,
): Promise<CachedCredentials> {
  // A process that was ended from outside says nothing of the next one, which renews at once.
  if (signalOf(error) !== undefined) throw error;
  const at = Date.now();
  const why = oneLine(messageOf(error));
  const current = readCache(cachePath);
  if (!current || !isUsable(current, at)) {
    recordFailure(cachePath, { at, why });
    await note(error, { planPath, cachePath, at, why, served: false }, environment);
    throw error;
  }
  process.stderr.write(
    `assume-role-chain: the renewal failed; the current credentials are still valid: ${why}\n`,
  );
  store(cachePath, { ...current, failed: { at, why } });
  await note(error, { planPath, cachePath, at, why, served: true }, environment);
  return current;
}

/** Leaves the failure where people look. The client's answer does not depend on it. */
async function note(...of: Parameters<typeof noteFailure>): Promise<void> {
  try {
    const { noteFailure } = await import(/* webpackChunkName: 'note-failure' */ './note-failure.ts');
    await noteFailure(...of);
  } catch {
    // The line on stderr says why all the same.
  }
}

/** Credentials in hand are not thrown away for a disk that is full. */
function store(cachePath: string, credentials: CachedCredentials): void {
  try {
    writeCache(cachePath, credentials);
  } catch (error) {
    const why = oneLine((error as Error).message);
    process.stderr.write(`assume-role-chain: the credentials cannot be cached for the next call: ${why}\n`);
  }
}

async function assume(planPath: string, environment: NodeJS.ProcessEnv): Promise<CachedCredentials> {
  const stored = readPlan(resolve(planPath), environment);
  const { plan, limits } = stored;
  const stop = deadlineAfter(Math.min(limits.timeoutSeconds, longest));
  const connections = new Connections(environment);
  // Nothing may be printed on stdout, masks included: an AWS client reads it. What is known is kept out of stderr.
  const secret = (value: string): void => void addSecret(value);
  const silent = (): void => undefined;
  const retryOptions = { ...limits, propagationWaitSeconds: 0, signal: stop.signal, say: silent };
  for (const value of secretsOf(plan.base)) secret(value);
  const from = sourceDependencies(environment, connections, plan.sts.region, { retryOptions, secret });
  const base = openBase(plan.base, from);
  let opened: Promise<ChainDependencies> | undefined;
  const open = (sent?: Promise<void>): Promise<ChainDependencies> =>
    (opened ??= openSts(plan.sts, connections, stop.signal, sent).then((Sts) => ({
      ...{ sts: new Sts(plan.sts, connections), base, retryOptions, secret, arrived: silent },
    })));
  try {
    const shared = sharedSessionOf(resolve(planPath), stored, environment);
    const session = shared
      ? await assumeFromShared(shared, stored, { open, base, signal: stop.signal })
      : await assumeChain(plan, await open(base.ahead()));
    return cachedFrom(session, Date.now(), plan.base.kind);
  } finally {
    stop.release();
    connections.close();
  }
}

/** What it takes to begin a chain: `sent` is what goes out before the code for STS is loaded. */
interface Opening {
  readonly open: (sent?: Promise<void>) => Promise<ChainDependencies>;
  readonly base: BaseSource;
  readonly signal: AbortSignal;
}

/** What a session that another process stored must not show. */
function secretsOfSession(reached: Reached | undefined): string[] {
  const { secretAccessKey = '', sessionToken = '' } = reached?.session.credentials ?? {};
  return [secretAccessKey, sessionToken].filter((value) => value !== '');
}

/** Assumes the roles that no other profile of the step has, with the session of those that they share. */
async function assumeFromShared(
  shared: SharedSession,
  { plan, sharedHops }: StoredPlan,
  { open, base, signal }: Opening,
): Promise<RoleSession> {
  const { reached, stored } = await reachShared(shared, signal, async () => {
    const dependencies = await open(base.ahead());
    const own = await reach(plan, sharedHops, dependencies);
    return { reached: own, clockOffset: dependencies.sts.clockOffset };
  });
  const dependencies = await open();
  for (const value of secretsOfSession(reached)) dependencies.secret(value);
  try {
    return await assumeChain(plan, dependencies, reached);
  } catch (error) {
    if (!stored || !isRefused(error)) throw error;
    discardShared(shared);
    return await assumeChain(plan, dependencies);
  }
}
