import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan, StsSettings } from '../aws/plan.ts';
import type { Limits } from '../request/settings.ts';
import type { RoleSession } from '../aws/session.ts';
import { cachePathOf, writeCache } from './cache.ts';
import { replayCommand, writeProfiles, type Program } from './profile-files.ts';
import { privateFolder, readPrivate, writePrivate } from './folder.ts';
import { fingerprint } from './encrypt.ts';

/** Keeps profiles for the job: their plans, their first credentials, and for the post step what they are. */

/** A profile, the plan that renews it, and its first session. */
export interface ProfileToKeep {
  readonly name: string;
  readonly plan: Plan;
  readonly session: RoleSession;
}

/** Where profiles are kept, and what they are renewed with. */
export interface Keeping {
  /** The step's own private folder. */
  readonly folder: string;
  readonly temp: string;
  readonly limits: Limits;
  readonly environment: NodeJS.ProcessEnv;
}

/** What the post step verifies: whose credentials each profile holds, and where its cache is. */
export interface KeptProfile {
  readonly name: string;
  readonly arn: string;
  readonly cache: string;
  readonly sts: StsSettings;
}

/** This very program, as a profile's process runs it. */
export function thisProgram(): Program {
  return {
    node: process.execPath,
    bundle: process.argv[1] ?? fileURLToPath(import.meta.url),
    windows: process.platform === 'win32',
  };
}

/** Why no profile can be written below this temporary folder, or undefined where one can. */
export function blocker(temp: string): string | undefined {
  try {
    replayCommand(thisProgram(), join(privateFolder(temp), 'x'));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @returns the config file to export, and the record for the post step with its fingerprint */
export function keepProfiles(
  profiles: readonly ProfileToKeep[],
  { folder, temp, limits, environment }: Keeping,
): { configPath: string; record: { path: string; fingerprint: string } } {
  const now = Date.now();
  const added = profiles.map(({ name, plan }) => ({ name, region: plan.sts.region, kept: { plan, limits } }));
  const { configPath, planPaths } = writeProfiles(folder, temp, added, thisProgram(), environment);
  const kept = profiles.map(({ name, plan, session }, index): KeptProfile => {
    const cache = cachePathOf(planPaths[index] ?? '');
    writeCache(cache, {
      ...session.credentials,
      accountId: session.accountId,
      obtained: now,
      expires: session.expires,
    });
    return { name, arn: session.assumedRoleArn, cache, sts: plan.sts };
  });
  const text = JSON.stringify(kept);
  return {
    configPath,
    record: { path: writePrivate(folder, 'profiles.json', text), fingerprint: fingerprint(text) },
  };
}

/** The record of a step's profiles; undefined where it is gone, or is not the one that the step wrote. */
export function keptProfiles(record: { path: string; fingerprint: string }): KeptProfile[] | undefined {
  const text = readPrivate(record.path);
  return text !== undefined && fingerprint(text) === record.fingerprint
    ? (JSON.parse(text) as KeptProfile[])
    : undefined;
}
