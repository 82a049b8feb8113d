import { getState, saveState } from '../github/commands.ts';
import type { StsSettings } from '../aws/plan.ts';
import type { Limits } from '../request/settings.ts';
import type { Changed } from './environment.ts';

/** What the step tells its post step, through the runner's memory. Nothing in it is a secret. */
export interface Delivered {
  /** Whose credentials were exported, to be verified; absent where the job got none from this step. */
  readonly exported?: {
    readonly arn: string;
    /** ISO 8601, UTC. */
    readonly expiration: string;
    /** Fingerprint of the three keys. */
    readonly keys: string;
  };
  readonly sts: StsSettings;
  readonly verify: boolean;
  readonly limits: Limits;
  readonly changed: readonly Changed[];
  /** The secret ones of the values before; the key is in a private file. */
  readonly box?: string;
  readonly keyPath?: string;
  /** Fingerprint of the record of the profiles that the step wrote. */
  readonly profiles?: string;
  /** The step's own private folder. */
  readonly folder: string;
}

export function saveDelivered(delivered: Delivered): void {
  saveState('delivered', JSON.stringify(delivered));
}

/** @returns undefined where the step delivered nothing */
export function readDelivered(): Delivered | undefined {
  const text = getState('delivered');
  return text === '' ? undefined : (JSON.parse(text) as Delivered);
}
