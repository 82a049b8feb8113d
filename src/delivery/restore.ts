import { fingerprint } from '../profiles/encrypt.ts';
import { secretVariables } from './secret-variables.ts';
import type { Change } from './variables.ts';

/** What the post step restores of the variables that its step changed. */

/** A variable that a step changed. */
export interface Changed {
  readonly name: string;
  /** Fingerprint of the value that the step set. */
  readonly set: string;
  /** The previous value; undefined where there was none, or where it is a secret and encrypted. */
  readonly before?: string;
}

/** Empty, these break a client: botocore looks for a profile `''`, the SDK for JavaScript refuses the region `''`. */
const neverEmpty = (name: string): boolean =>
  ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION'].includes(name) || name.startsWith('AWS_CONTAINER_');

/** What to save of the variables that are about to change; values that are secrets are returned apart. */
export function previousValues(
  changes: readonly Change[],
  environment: NodeJS.ProcessEnv,
): { changed: Changed[]; secrets: Record<string, string> } {
  const secrets: Record<string, string> = {};
  const changed = changes.map(({ name, value }) => {
    const before = environment[name];
    const known = { name, set: fingerprint(value) };
    if (before === undefined) return known;
    if (!secretVariables.has(name) || before === '') return { ...known, before };
    secrets[name] = before;
    return known;
  });
  return { changed, secrets };
}

/**
 * What to set so that the environment is as it was before the step: nothing that a later step has changed since, and
 * nothing that must not be empty.
 *
 * A step's own `env:` lies over the job's environment, in its post too, and hides what was exported. It shows where
 * some of the keys are still the exported ones and others as they were before: then all are taken from the job, for a
 * part of a set is of no use, and what the step's `env:` holds never becomes the job's.
 */
export function restorations(
  changed: readonly Changed[],
  secrets: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): Change[] {
  const hidden = hidesKeys(changed, secrets, environment);
  return changed.flatMap((one) => {
    const { name } = one;
    if (hidden && keyVariables.includes(name)) return [{ name, value: '' }];
    const value = secrets[name] ?? one.before ?? '';
    return isAsSet(one, environment) && !(value === '' && neverEmpty(name)) ? [{ name, value }] : [];
  });
}

/** Variables that the step set, and that stay because some clients reject an empty value. Arguments as above. */
export function unchangedVariables(changed: readonly Changed[], environment: NodeJS.ProcessEnv): string[] {
  return changed
    .filter((one) => neverEmpty(one.name) && (one.before ?? '') === '' && isAsSet(one, environment))
    .map(({ name }) => name);
}

const keyVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Whether a variable still has the value that the step set. */
export const isAsSet = ({ name, set }: Changed, environment: NodeJS.ProcessEnv): boolean =>
  fingerprint(environment[name] ?? '') === set;

function hidesKeys(
  changed: readonly Changed[],
  secrets: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): boolean {
  const keys = changed.filter(({ name }) => keyVariables.includes(name));
  const asBefore = keys.filter(
    ({ name }) => secrets[name] !== undefined && environment[name] === secrets[name],
  );
  const asSet = keys.filter((one) => isAsSet(one, environment));
  return asBefore.length > 0 && asSet.length > 0 && asBefore.length + asSet.length === keys.length;
}
