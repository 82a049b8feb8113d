import { dirname, join } from 'node:path';
import { readPrivate, writePrivate } from './folder.ts';
import { isStepFolder } from './private-paths.ts';
import { isListOf, isShape, isText, readRecord, recordText } from './record.ts';

/**
 * What steps with several accounts hide from the job's tools: the runner's own identity. A later step of this action may
 * start from it, and finds here how the environment was. Nothing in it is a secret.
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

/** @param folder the step's own @param changes what the step sets: of AWS's variables, none is a secret here */
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

/**
 * The environment as it was before the steps with several accounts. What has been changed since stays as it is, and so does
 * all of it where a profile is named: that is what a step starts from then.
 * @param mayHide whether such a step may change a variable: no record of this action has any other name
 * @param released the folders of the job's steps that `assume-role-chain release` has emptied, the last one first
 */
export function withHidden(
  environment: NodeJS.ProcessEnv,
  mayHide: (name: string) => boolean,
  released: readonly string[] = [],
): NodeJS.ProcessEnv {
  let found = environment;
  const others = [...released];
  for (let left = most; left > 0 && !found['AWS_PROFILE']; left--) {
    const named = dirname(found['AWS_CONFIG_FILE'] ?? '');
    const folder = isStepFolder(named) ? named : others.shift();
    if (folder === undefined) return found;
    found = { ...found, ...before(folder, found, mayHide, released.includes(folder)) };
  }
  return found;
}

/** The previous values of the variables that still are as a step, or `release` after it, has left them. */
function before(
  folder: string,
  environment: NodeJS.ProcessEnv,
  mayHide: (name: string) => boolean,
  isBlanked: boolean,
): Record<string, string> {
  const { hidden } = readRecord(readPrivate(join(folder, fileName)), format, isRecord) ?? { hidden: [] };
  const unchanged = ({ name, set }: Hidden): boolean =>
    environment[name] === set || (isBlanked && environment[name] === '');
  return Object.fromEntries(
    hidden
      .filter((one) => mayHide(one.name) && unchanged(one))
      .map(({ name, before: value }) => [name, value]),
  );
}
