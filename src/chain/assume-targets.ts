import { setImmediate as turn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { isoTime, untilThen } from '../text/time.ts';
import { isWebIdentity, type StsSettings, type Target } from '../aws/plan.ts';
import type { StsRequests } from '../sts/client.ts';
import { assumeChain, reach, type ChainDependencies, type Reached } from './chain.ts';
import type { RoleSession } from '../aws/session.ts';

/** The targets of a step: one base, the shared hops once, then every target. */

/** A target whose role was assumed. */
export interface AssumedTarget {
  readonly target: Target;
  readonly session: RoleSession;
}

/** A target whose role was not. */
export interface FailedTarget {
  readonly target: Target;
  readonly error: unknown;
}

/** What it takes, beside what each chain does: the way to the STS that a target asks for. */
export interface TargetsDependencies extends ChainDependencies {
  readonly stsOf: (settings: StsSettings) => StsRequests;
  /** Opens connections for so many requests at once, ahead of them. */
  readonly openConnections?: (settings: StsSettings, count: number) => void;
}

/** Requests at once, to begin with and after a throttled one at the least. */
const pace = { most: 64, least: 1 } as const;

/**
 * Assumes the role of every target; whatever is wrong with one does not stop the others. Hops that targets share are
 * logged one by one, and so is the chain of the one target without a name; others are many, and their hops are not.
 * @param known sessions of shared hops that were assumed before
 * @throws what fails before any target comes to its turn: the base, or a role that they share
 */
export async function assumeTargets(
  targets: readonly Target[],
  dependencies: TargetsDependencies,
  known: SharedSessions = new Map(),
): Promise<{ assumed: AssumedTarget[]; failed: FailedTarget[] }> {
  const [first] = targets;
  if (!first) throw new TypeError('there is no target');
  const { base, retryOptions, arrived, stsOf } = dependencies;
  openAhead(targets, dependencies);
  await (isWebIdentity(first.plan.base.kind) ? base.token() : base.credentials());
  const shared = await assumeShared(targets, dependencies, known);
  const assumed: AssumedTarget[] = [];
  const failed: FailedTarget[] = [];
  const limit = pLimit(pace.most);
  const own = { ...dependencies, retryOptions: { ...retryOptions, retrying: slowDown(limit) } };
  const assume = async (target: Target): Promise<void> => {
    const sts = stsOf(target.plan.sts);
    const quietly = target.name === undefined ? arrived : () => undefined;
    try {
      const from = shared.get(sharedKey(target));
      const session = await assumeChain(target.plan, { ...own, sts, arrived: quietly }, from);
      assumed.push({ target, session });
      limit.concurrency = Math.min(pace.most, limit.concurrency + 1);
    } catch (error) {
      failed.push({ target, error });
    }
  };
  // Each in a turn of its own: otherwise all that may go on at once are signed before the first is sent.
  await Promise.all(targets.map((target) => limit(() => turn().then(() => assume(target)))));
  const place = new Map(targets.map((target, index) => [target, index]));
  const order = (a: { target: Target }, b: { target: Target }): number =>
    (place.get(a.target) ?? 0) - (place.get(b.target) ?? 0);
  return { assumed: assumed.sort(order), failed: failed.sort(order) };
}

/** The targets' connections are opened while the token and the shared hops are under way. */
function openAhead(targets: readonly Target[], { openConnections }: TargetsDependencies): void {
  if (targets.length < 2) return;
  const places = Map.groupBy(targets, ({ plan }) => JSON.stringify(plan.sts));
  for (const [{ plan }, ...others] of [...places.values()] as [Target, ...Target[]][])
    openConnections?.(plan.sts, Math.min(pace.most, 1 + others.length));
}

/** Throttling halves what goes on at once; each success allows one more again. */
function slowDown(limit: { concurrency: number }): ChainDependencies['retryOptions']['retrying'] {
  return ({ throttled }) => {
    if (throttled) limit.concurrency = Math.max(pace.least, Math.floor(limit.concurrency / 2));
  };
}

/** The same for targets whose requests for their shared hops are the same. */
export const sharedKey = ({ plan, sharedHops }: Target): string =>
  JSON.stringify(plan.hops.slice(0, sharedHops));

/** How far the hops that targets share have come, by {@link sharedKey}; undefined where they share none. */
export type SharedSessions = ReadonlyMap<string, Reached | undefined>;

/** Milliseconds for which a session must be valid to be used again: what follows takes its time, too. */
const leastRemaining = 300_000;

/**
 * The hops at the beginning are assumed once for all targets whose requests for them are the same.
 * @param known sessions of them that were assumed before, and are used where they are valid for long enough
 */
export async function assumeShared(
  targets: readonly Target[],
  dependencies: ChainDependencies,
  known: SharedSessions = new Map(),
): Promise<SharedSessions> {
  const now = Date.now() + dependencies.sts.clockOffset;
  const fresh = ([, one]: [string, Reached | undefined]): boolean =>
    one !== undefined && one.session.trace.expiration.getTime() - now >= leastRemaining;
  const reached = new Map([...known].filter(fresh));
  for (const target of targets) {
    const key = sharedKey(target);
    if (!reached.has(key)) reached.set(key, await reach(target.plan, target.sharedHops, dependencies));
  }
  return reached;
}

/** `staging: arn:…, valid until … (60 min).` */
export function targetLine({ target, session }: AssumedTarget): string {
  const { assumedRoleArn, expiration } = session;
  const name = target.name === undefined ? '' : `${target.name}: `;
  return `${name}${assumedRoleArn}, valid until ${isoTime(expiration)} (${untilThen(expiration, new Date())}).`;
}
