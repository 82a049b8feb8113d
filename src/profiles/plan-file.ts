import { readFileSync } from 'node:fs';
import type { Plan } from '../aws/plan.ts';
import type { Limits } from '../request/settings.ts';

/** A plan in a file, for a profile to replay: with base keys or ambient origins in it, so it is kept privately. */
export interface KeptPlan {
  readonly plan: Plan;
  readonly limits: Limits;
}

/** @throws Error in words for the log of an AWS client: the file goes with the post step */
export function readPlan(path: string): KeptPlan {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeptPlan;
  } catch {
    throw new Error(
      `the plan ${path} of this profile is gone: profiles live until the end of the job that made them`,
    );
  }
}
