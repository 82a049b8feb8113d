import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Base, Plan } from '../aws/plan.ts';
import type { RoleSession } from '../aws/session.ts';
import { cachePathOf, cacheText } from './cache.ts';
import { writePrivate } from './folder.ts';
import { planText, type StoredPlan } from './plan-file.ts';
import { planName } from './private-paths.ts';
import { cachedFrom } from './write-cache.ts';

/**
 * The two files of a profile: its plan, and the cache of its credentials. Most of what they cost is their creation, so
 * they are created while requests to STS are under way, the caches empty. A cache is filled when all roles are assumed.
 */

/** What is known of a profile before its role is assumed. */
export interface PlannedProfile {
  readonly plan: Plan;
  /** How many hops at the beginning are also those of other profiles; 0 where no other has them. */
  readonly sharedHops: number;
  /** Encrypts the base in the plan; undefined for a base without secrets. */
  readonly key?: string | undefined;
}

/** The step's folder with a plan and an empty cache for each profile, by its place in the list. */
export interface PreparedProfiles {
  readonly folder: string;
  /** Encrypts base credentials in the plans, and sessions that profiles share; undefined where there is neither. */
  readonly key: string | undefined;
}

/** Milliseconds after which answers of STS get their turn. */
const slice = 2;

/**
 * Writes a plan and an empty cache for each profile, by its place in the list.
 * @throws the system's error where a file cannot be written
 */
export async function writePlans(
  folder: string,
  profiles: readonly PlannedProfile[],
  settings: Pick<StoredPlan, 'limits' | 'jobSummary'>,
): Promise<void> {
  let began = performance.now();
  for (const [index, { plan, sharedHops, key }] of profiles.entries()) {
    writePrivate(folder, planName(index), planText({ plan, ...settings, sharedHops }, key));
    writePrivate(folder, cacheName(index), '');
    if (performance.now() - began < slice) continue;
    await nextTurn();
    began = performance.now();
  }
}

/**
 * Writes a profile's first credentials into the cache that {@link writePlans} made.
 * @param now milliseconds since 1970
 * @throws the system's error where the file is gone or cannot be written
 */
export function fillCache(
  folder: string,
  index: number,
  session: RoleSession,
  base: Base['kind'],
  now: number,
): void {
  // Windows has no O_NOFOLLOW: there it counts as 0.
  const file = openSync(join(folder, cacheName(index)), constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeFileSync(file, cacheText(cachedFrom(session, now, base)));
  } finally {
    closeSync(file);
  }
}

/** The paths of the files of the profiles at these places. */
export const planFiles = (folder: string, indexes: readonly number[]): string[] =>
  indexes.flatMap((index) => [planName(index), cacheName(index)]).map((name) => join(folder, name));

const cacheName = (index: number): string => basename(cachePathOf(planName(index)));
