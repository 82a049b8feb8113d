import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { privateFolder, readPrivate, writePrivate } from './folder.ts';

/**
 * What steps of this job have exported, so that a later step can tell that the keys in its environment are the ones
 * it would ask for, and until when they hold. Fingerprints only: the keys stay in the environment.
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

const fileName = 'exported.json';

/** @param folder the step's own */
export function recordExported(folder: string, session: ExportedSession): void {
  writePrivate(folder, fileName, JSON.stringify(session));
}

/** The exported session that has this plan and these keys, if any step of the job left one. */
export function findExported(temp: string, plan: string, keys: string): ExportedSession | undefined {
  const folder = privateFolder(temp);
  const found = stepsIn(folder).map((step) => parsed(readPrivate(join(folder, step, fileName))));
  return found.find((one) => one?.plan === plan && one.keys === keys);
}

function stepsIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parsed(text: string | undefined): ExportedSession | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as ExportedSession);
  } catch {
    return undefined;
  }
}
