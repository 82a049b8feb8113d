import { randomBytes, randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { getState, saveState } from '../github/commands.ts';
import type { StsSettings } from '../aws/plan.ts';
import { isOwned, mayDestroy, stepFolder, type StepIdentity } from '../profiles/folder.ts';
import { isStepId } from '../profiles/private-paths.ts';
import {
  isFlag,
  isLike,
  isListOf,
  isNumber,
  isShape,
  isText,
  optional,
  readRecord,
  recordText,
} from '../profiles/record.ts';
import { isStsSettings } from '../profiles/stored-sts.ts';
import type { JobSummary, Limits } from '../request/step-settings.ts';
import { isChangedVariable } from './environment.ts';
import type { Changed } from './restore.ts';

/**
 * What a step saves for its post step, in the runner's memory. Nothing in it is a secret.
 *
 * An earlier step of the job can set STATE_ variables through GITHUB_ENV. The runner's own outrank them, so the step
 * saves every key before its first request and its first file. Where it was killed before that, the planted values are all
 * there is: nothing in them is used, because the folder that they name must hold the fingerprint of the nonce beside it. At
 * most, a folder in the private folder whose record is missing is destroyed.
 */

/** What the step delivered. */
export interface Delivered {
  /** The keys that were exported, for verification; absent where the step exported none. */
  readonly exported?: {
    readonly arn: string;
    /** ISO 8601, UTC. */
    readonly expiration: string;
    /** Fingerprint of the three keys. */
    readonly keys: string;
  };
  /** The STS that the step asked, and that the post step asks again. */
  readonly sts: StsSettings;
  readonly verify: boolean;
  readonly limits: Limits;
  readonly jobSummary: JobSummary;
  readonly changed: readonly Changed[];
  /** The previous values that are secrets, encrypted; the key is in the step's folder. */
  readonly box?: string;
  /** Fingerprint of the record of the profiles that the step wrote. */
  readonly profiles?: string;
  /** Variables that outrank what was delivered, left as they were; the step has warned of them. */
  readonly left: readonly Changed[];
}

/** Raised where this version would misread what another one wrote: what has another shape counts as unreadable anyway. */
const format = 1;

const keys = { step: 'step', delivered: 'delivered', exported: 'exported' } as const;

const isIdentity = isShape<StepIdentity>({ id: isStepId, nonce: isLike(/^[\w-]{43}$/) });
const isChanges = isListOf(
  isShape<Changed>({
    name: (name): name is string => isText(name) && isChangedVariable(name),
    set: isText,
    before: optional(isText),
  }),
);
const isDelivered = isShape<Delivered>({
  exported: optional(
    isShape<NonNullable<Delivered['exported']>>({ arn: isText, expiration: isText, keys: isText }),
  ),
  sts: isStsSettings,
  verify: isFlag,
  limits: isShape<Limits>({
    timeoutSeconds: isNumber,
    maxAttempts: isNumber,
    propagationWaitSeconds: isNumber,
  }),
  jobSummary: isLike(/^(on-failure|always|never)$/),
  changed: isChanges,
  box: optional(isText),
  profiles: optional(isText),
  left: isChanges,
});

/**
 * Saves which step this is, and that it has delivered nothing yet. To be called before any request and any file, and by a
 * step that fails earlier.
 * @throws the system's error: a post step that knows nothing of the step would leave what it delivers
 */
export function beginStep(): StepIdentity {
  const identity = { id: randomUUID(), nonce: randomBytes(32).toString('base64url') };
  saveState(keys.step, recordText(format, identity));
  saveState(keys.delivered, '');
  saveState(keys.exported, '');
  return identity;
}

/** To be called before anything is exported. */
export function saveDelivered(delivered: Delivered): void {
  saveState(keys.delivered, recordText(format, delivered));
}

/** To be called when everything is exported. */
export function saveExported(): void {
  saveState(keys.exported, 'true');
}

/** What the post step finds of its step. */
export interface SavedStep {
  /** The step's own folder, which may be gone. */
  readonly folder: string;
  /**
   * `own`: as the step made it. `gone`: it is missing, or can no longer be trusted; what is left of it is destroyed. `other`: it is not
   * this step's, so nothing in it is used, and it is left alone.
   */
  readonly state: 'own' | 'gone' | 'other';
  /** Undefined where the step delivered nothing, or was killed before it did; `unreadable` for another format. */
  readonly delivered: Delivered | 'unreadable' | undefined;
  /** Whether the step exported all of it; a step that was killed may not have. */
  readonly hasExported: boolean;
}

/**
 * @param temp the runner's temporary folder
 * @returns undefined where no state was saved, or none that this version could have saved
 */
export function readSavedStep(temp: string): SavedStep | undefined {
  const identity = readRecord(getState(keys.step), format, isIdentity);
  if (temp === '' || !identity) return undefined;
  const folder = stepFolder(temp, identity.id);
  const text = getState(keys.delivered);
  const delivered = text === '' ? undefined : (readRecord(text, format, isDelivered) ?? 'unreadable');
  const hasExported = getState(keys.exported) !== '';
  return { folder, state: stateOf(folder, identity), delivered, hasExported };
}

function stateOf(folder: string, identity: StepIdentity): SavedStep['state'] {
  if (isOwned(folder, identity)) return 'own';
  return !exists(folder) || mayDestroy(folder, identity) ? 'gone' : 'other';
}

/** Also `false` where a file is in the place of a folder above it, which Node.js throws for. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
