import { dirname, join } from 'node:path';
import { readPrivate, writePrivate } from './folder.ts';
import { isStepFolder } from './private-paths.ts';
import { isListOf, isShape, isText, readRecord, recordText } from './record.ts';

/**
 * What steps hide from the job's tools: the runner's own identity. A later step of this action may start
 * from it, and finds here how the environment was. Nothing in it is a secret.
 */

interface Hidden {
  readonly name: string;
  /** The value that the step set. */
  readonly set: string;
  /** The previous value, `''` for none. */
  readonly before: string;
}

const format = 1;
const fileName = 'hidden.json';
const isRecord = isShape<{ hidden: readonly Hidden[] }>({
  hidden: isListOf(isShape<Hidden>({ name: isText, set: isText, before: isText })),
});

/** @param folder the step's own @param changes what the step sets, without secrets */
export function recordHidden(
  folder: string,
  changes: readonly { readonly name: string; readonly value: string }[],
  environment: NodeJS.ProcessEnv,
): void {
  const hidden = changes
    .filter(({ name }) => name.startsWith('AWS_'))
    .map(({ name, value }) => ({ name, set: value, before: environment[name] ?? '' }));
  writePrivate(folder, fileName, recordText(format, { hidden }));
}

/** Steps with accounts, one after another, that are looked behind. A file that another program wrote may lead in a circle. */
const most = 100;

/** Whether a step may change a variable: no record of this action has any other name. */
type MayHide = (name: string) => boolean;

/**
 * The environment as it was before the steps with several accounts, and before those that were released. What has been
 * changed since stays as it is, and so does all of it where a profile is named: that is what a step starts from then.
 * @param released the folders of the job's steps that `assume-role-chain release` has emptied, the last one first
 */
export function withHidden(
  environment: NodeJS.ProcessEnv,
  mayHide: MayHide,
  released: readonly string[] = [],
): NodeJS.ProcessEnv {
  let found = environment;
  for (let left = most; left > 0; left--) {
    const folder = dirname(found['AWS_CONFIG_FILE'] ?? '');
    if (!isStepFolder(folder)) return beforeReleased(found, mayHide, released);
    if (found['AWS_PROFILE']) return found;
    found = beforeStep(found, folder, mayHide);
  }
  return found;
}

/** `release` leaves AWS_PROFILE as the step set it; one that no step set names a profile of the user's. */
function beforeReleased(
  environment: NodeJS.ProcessEnv,
  mayHide: MayHide,
  released: readonly string[],
): NodeJS.ProcessEnv {
  const before = released.reduce((later, folder) => beforeStep(later, folder, mayHide), environment);
  const profile = environment['AWS_PROFILE'];
  return profile && profile === before['AWS_PROFILE'] ? environment : before;
}

/** The environment with the previous values of the variables that are still as a step has set them. */
export function beforeStep(
  environment: NodeJS.ProcessEnv,
  folder: string,
  mayHide: MayHide,
): NodeJS.ProcessEnv {
  const { hidden } = readRecord(readPrivate(join(folder, fileName)), format, isRecord) ?? { hidden: [] };
  const changed = hidden.filter(({ name, set }) => mayHide(name) && environment[name] === set);
  return { ...environment, ...Object.fromEntries(changed.map(({ name, before }) => [name, before])) };
}
