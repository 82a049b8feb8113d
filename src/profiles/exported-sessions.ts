import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { privateFolder, readPrivate, writePrivate } from './folder.ts';
import { isStepFolder } from './private-paths.ts';
import { isLike, isShape, isText, readRecord, recordText } from './record.ts';

/**
 * What steps of this job have exported. A later step finds here whether the keys in its environment are the ones it
 * would ask for, and when they expire. The record has fingerprints only: the keys stay in the environment.
 */

/** One exported session. */
export interface ExportedSession {
  /** Fingerprint of the plan's identity. */
  readonly plan: string;
  /** Fingerprint of the three keys. */
  readonly keys: string;
  readonly accountId: string;
  readonly assumedRoleArn: string;
  readonly assumedRoleId: string;
  readonly sessionName: string;
  /** ISO 8601, UTC. */
  readonly expiration: string;
  readonly credentialSource: string;
}

const format = 1;
const fileName = 'exported.json';

/** Whole values, because a later step sets them as outputs. */
const isExported = isShape<ExportedSession>({
  plan: isText,
  keys: isText,
  accountId: isLike(/^\d{12}$/),
  assumedRoleArn: isLike(/^arn:[a-z-]+:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/),
  assumedRoleId: isLike(/^\w{4,128}:[\w+=,.@-]{2,64}$/),
  sessionName: isLike(/^[\w+=,.@-]{2,64}$/),
  expiration: isLike(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  credentialSource: isLike(/^[a-z-]{1,32}$/),
});

/** @param folder the step's own */
export function recordExported(folder: string, session: ExportedSession): void {
  writePrivate(folder, fileName, recordText(format, session));
}

/** The exported session of this plan with these keys, if any step of the job recorded one. */
export function findExported(temp: string, plan: string, keys: string): ExportedSession | undefined {
  const recorded = stepFolders(privateFolder(temp)).map((step) =>
    readRecord(readPrivate(join(step, fileName)), format, isExported),
  );
  return recorded.find((one) => one?.plan === plan && one.keys === keys);
}

/** Whether a step exported these keys. @param folder the step's own */
export function hasExported(folder: string, keys: string): boolean {
  return readRecord(readPrivate(join(folder, fileName)), format, isExported)?.keys === keys;
}

function stepFolders(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter(isStepFolder);
  } catch {
    return [];
  }
}
