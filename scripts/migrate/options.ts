import { parseArgs } from 'node:util';
import { readAction } from './pins.ts';
import { ownAction } from './release.ts';
import { versionIn } from './versions.ts';
import type { Options } from './workflow.ts';

/** The command line. */

export const help = `Usage: migrate [options] FILE...

Rewrites the steps that use aws-actions/configure-aws-credentials so that they use assume-role-chain, and reports
what you must decide. A folder means all YAML files in it. Everything else in a file stays as it is.

Options:
  --check              Write nothing.
  --diff               Write nothing, and print what would change as a unified diff. The report goes to stderr.
  --json               Print the report as JSON.
  --merge              Merge two steps that chain, if nothing between them uses the first role.
  --modern             Use this action's defaults for session name, session tags, duration and masking, instead of
                       what the other action did.
  --from-version V     The release of the other action for steps whose reference does not say it, such as v4.0.2.
  --action USES        What steps use instead, as in uses: OWNER/REPO@REF, or "OWNER/REPO@COMMIT # v1.2.3".
  --help               Print this text.

Exit codes:
  0  No decision is needed.
  3  You must make a decision. The report says which.
  1  A file could not be read or written, or the command line is wrong.
`;

/** What the command line asks for. */
export interface Command extends Options {
  readonly paths: readonly string[];
  readonly check: boolean;
  readonly diff: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Error for what is wrong with it */
export function readCommand(words: readonly string[]): Command {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      ...{ check: flag, diff: flag, json: flag, merge: flag, modern: flag, help: flag },
      'from-version': { type: 'string' },
      action: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { check, diff, json, merge, modern } = values;
  if (positionals.length === 0 && !values.help) throw new Error('No file is named.');
  const given = values['from-version'];
  const fromVersion = given === undefined ? undefined : versionIn(given, true);
  if (given !== undefined && fromVersion === undefined)
    throw new Error(`--from-version: "${given}" is not a release. Releases look like v4 or v4.0.2.`);
  const action = values.action === undefined ? ownAction() : readAction(values.action);
  if (!action)
    throw new Error(
      `--action: "${values.action ?? ''}" must be OWNER/REPO@REF or a path that begins with ./.`,
    );
  return { paths: positionals, check, diff, json, merge, modern, help: values.help, fromVersion, action };
}
