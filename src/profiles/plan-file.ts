import { readFileSync } from 'node:fs';
import { ActionError } from '../text/action-error.ts';
import type { Plan } from '../aws/plan.ts';
import type { Limits } from '../request/step-settings.ts';
import { fingerprint } from './encrypt.ts';
import { isShape, isText, readRecord, recordText } from './record.ts';

/** How a profile's credentials are renewed. The base keys in it are secrets, so the file is private. */
export interface StoredPlan {
  readonly plan: Plan;
  readonly limits: Limits;
}

/**
 * The file holds the plan as text with its fingerprint: a plan has many fields, and only the text that this format wrote
 * is sure to have all of them.
 */
interface PlanFile {
  readonly content: string;
  readonly fingerprint: string;
}

/** Raised whenever a plan changes. */
const format = 1;

const isPlanFile = isShape<PlanFile>({ content: isText, fingerprint: isText });

/** What {@link readPlan} reads. */
export function planText(stored: StoredPlan): string {
  const content = JSON.stringify(stored);
  return recordText(format, { content, fingerprint: fingerprint(content) });
}

/** @throws ActionError plan-missing, one line for the log of an AWS client: the file is gone, or is not one that this version wrote */
export function readPlan(path: string): StoredPlan {
  const file = readRecord(textOf(path), format, isPlanFile);
  if (file?.fingerprint === fingerprint(file?.content ?? '')) return JSON.parse(file.content) as StoredPlan;
  throw new ActionError(
    'plan-missing',
    `${path} is not a plan that this version of the action wrote. Run the action's step again`,
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ActionError(
      'plan-missing',
      `the plan ${path} cannot be read (${code}). A profile works until the job that made it ends, for the user that made it`,
      error,
    );
  }
}
