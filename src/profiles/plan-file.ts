import { lstatSync, readFileSync } from 'node:fs';
import type { Base, Plan } from '../aws/plan.ts';
import type { JobSummary, Limits } from '../request/step-settings.ts';
import { ActionError } from '../text/action-error.ts';
import { decrypt, encrypt, fingerprint } from './encrypt.ts';
import { keyVariableOfPlan } from './plan-key.ts';
import { isShape, isText, optional, readRecord, recordText } from './record.ts';

/** How a profile's credentials are renewed. */
export interface StoredPlan {
  readonly plan: Plan;
  readonly limits: Limits;
  /** How many hops at the beginning are also those of other profiles of the step; 0 where no other has them. */
  readonly sharedHops: number;
  /** Whether a failed renewal is added to the summary of the step that runs. */
  readonly jobSummary: JobSummary;
}

/**
 * The file holds the plan as text with its fingerprint: a plan has many fields, and only the text that this format wrote
 * is sure to have all of them.
 */
interface PlanFile {
  readonly content: string;
  readonly fingerprint: string;
  /** The base, encrypted, where it has secrets; the content has only its kind then. */
  readonly base?: string;
}

/** Raised whenever a plan changes. */
const format = 1;

const isPlanFile = isShape<PlanFile>({ content: isText, fingerprint: isText, base: optional(isText) });

/**
 * What {@link readPlan} reads.
 * @param key encrypts the base; undefined for a base without secrets
 */
export function planText({ plan, ...settings }: StoredPlan, key?: string): string {
  const { kind } = plan.base;
  const content = JSON.stringify({
    plan: key === undefined ? plan : { ...plan, base: { kind } },
    ...settings,
  });
  const base = key === undefined ? {} : { base: encrypt(JSON.stringify(plan.base), key) };
  return recordText(format, { content, fingerprint: fingerprint(content), ...base });
}

/**
 * @param environment has the key of a plan whose base has secrets
 * @throws ActionError plan-missing, one line for the log of an AWS client: the file is gone, is not one that this version
 *   wrote, or cannot be decrypted
 */
export function readPlan(path: string, environment: NodeJS.ProcessEnv): StoredPlan {
  const file = readRecord(storedText(path), format, isPlanFile);
  if (file?.fingerprint !== fingerprint(file?.content ?? ''))
    throw new ActionError(
      'plan-missing',
      `${path} is not a plan that this version of the action wrote. Run the action's step again`,
    );
  const stored = JSON.parse(file.content) as StoredPlan;
  return file.base === undefined ? stored : withBase(stored, file.base, keyVariableOfPlan(path), environment);
}

function withBase(
  stored: StoredPlan,
  box: string,
  variable: string,
  environment: NodeJS.ProcessEnv,
): StoredPlan {
  const key = environment[variable] ?? '';
  const text = key === '' ? undefined : decrypt(box, key);
  if (text !== undefined) return { ...stored, plan: { ...stored.plan, base: JSON.parse(text) as Base } };
  throw new ActionError(
    'plan-missing',
    key === ''
      ? `the variable ${variable}, with the key to the base credentials of this profile, is not set in this process. Pass it on (sudo -E, docker run -e ${variable}), or give the program keys by "assume-role-chain exec"`
      : `the variable ${variable} does not have the key to the base credentials of this profile. Do not change it`,
  );
}

/** Undefined for what is no file: a pipe in the place of one would never end. */
function storedText(path: string): string | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ActionError(
      'plan-missing',
      `the plan ${path} cannot be read (${code}). A profile works only in the job that created it, for the user that created it`,
      error,
    );
  }
}
