import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { StsSettings } from '../aws/plan.ts';
import { cachePathOf } from './cache.ts';
import { fingerprint } from './encrypt.ts';
import { readPrivate, writePrivate } from './folder.ts';
import { isPlanName, isStepFolder } from './private-paths.ts';
import { isFlag, isListOf, isShape, isText, readRecord, recordText } from './record.ts';
import { isStsSettings } from './stored-sts.ts';

/** The profiles that a step wrote: a file in its folder, for the post step and for the command. */

/** One profile. Nothing in it is a secret. */
export interface StoredProfile {
  readonly name: string;
  /** Of the session that the step made; a renewal makes another session of the same ARN. */
  readonly assumedRoleArn: string;
  readonly accountId: string;
  readonly region: string;
  /** The name of the plan's file in the step's folder. */
  readonly plan: string;
  /** The STS that the step asked, and that the post step asks again. */
  readonly sts: StsSettings;
  /** Whether it is an account of a list (`accounts`, `accounts-file`, `organization`), and not `profile`. */
  readonly fromList: boolean;
}

const format = 1;
const fileName = 'profiles.json';

const isProfiles = isShape<{ profiles: readonly StoredProfile[] }>({
  profiles: isListOf(
    isShape<StoredProfile>({
      name: isText,
      assumedRoleArn: isText,
      accountId: isText,
      region: isText,
      plan: isPlanName,
      sts: isStsSettings,
      fromList: isFlag,
    }),
  ),
});

/** @returns the fingerprint of what was written, by which {@link readProfiles} finds that nobody changed it */
export function writeStoredProfiles(folder: string, profiles: readonly StoredProfile[]): string {
  const text = recordText(format, { profiles });
  writePrivate(folder, fileName, text);
  return fingerprint(text);
}

/**
 * @param folder a step's own
 * @param expected the fingerprint from {@link writeStoredProfiles}; without it any content of the right shape is read
 * @returns undefined where the file is gone, has another shape or another fingerprint
 */
export function readStoredProfiles(folder: string, expected?: string): readonly StoredProfile[] | undefined {
  const text = readPrivate(join(folder, fileName));
  if (expected !== undefined && fingerprint(text ?? '') !== expected) return undefined;
  return readRecord(text, format, isProfiles)?.profiles;
}

/** The file that `assume-role-chain release` leaves in a step's folder. */
export const releasedName = 'released';

/** Whether `assume-role-chain release` has destroyed the credentials in a step's folder. */
export const isReleased = (folder: string): boolean => existsSync(join(folder, releasedName));

/** Whether one of these folders has a profile of this name, its credentials destroyed or not. */
export const haveProfile = (folders: readonly string[], name: string | undefined): boolean =>
  folders.some((folder) => readStoredProfiles(folder)?.some((profile) => profile.name === name));

/** The profiles that a step of this action wrote beside this config file; none for any other config file. */
export function profilesBeside(configPath: string): readonly StoredProfile[] {
  const folder = dirname(configPath);
  return (isStepFolder(folder) ? readStoredProfiles(folder) : undefined) ?? [];
}

/** The path of a profile's plan. */
export const planPathOf = (folder: string, { plan }: StoredProfile): string => join(folder, basename(plan));

/** The path of a profile's cached credentials. */
export const cacheOf = (folder: string, profile: StoredProfile): string =>
  cachePathOf(planPathOf(folder, profile));
