import { parseAllDocuments } from 'yaml';
import { candidatesIn } from './candidate.ts';
import { placesIn } from './document.ts';
import { Edits } from './edits.ts';
import { leftovers } from './leftovers.ts';
import { mergePairs } from './merge.ts';
import { FileRewrite, type Remark } from './file-rewrite.ts';

export type { Remark } from './file-rewrite.ts';
import type { Action } from './pins.ts';
import type { Version } from './versions.ts';

/** Rewrites the steps of a workflow, a composite action or a part of one, and nothing else in it. */

export interface Options {
  /** What replaces the other action. */
  readonly action: Action;
  /** Take this action's defaults for the session's name, tags, duration and masking. */
  readonly modern: boolean;
  /** Make one step of two that chain, where nothing between them uses the first. */
  readonly merge: boolean;
  /** For references that do not say which release they are. */
  readonly fromVersion: Version | undefined;
}

/** What was done with a file. */
export interface Migration {
  readonly text: string;
  /** How many steps were rewritten. */
  readonly steps: number;
  /** How many were left as they were. */
  readonly left: number;
  /** What somebody must decide. */
  readonly decisions: readonly Remark[];
  /** What is different now, and mostly needs nothing. */
  readonly notes: readonly Remark[];
  /** Whether a step exports keys without a role. */
  readonly hasKeys: boolean;
}

/** Whether a text may have a step of the other action: files without its name need not be parsed. */
export const mayHaveSteps = (text: string): boolean => /aws-actions\/configure-aws-credentials/i.test(text);

/** @throws Error for a file that is not YAML, with the line */
export function migrate(text: string, options: Options): Migration {
  const nothing = { text, steps: 0, left: 0, decisions: [], notes: [], hasKeys: false };
  if (!mayHaveSteps(text)) return nothing;
  const places = placesIn(text);
  const candidates = candidatesIn(places, text, options);
  const work = new FileRewrite(new Edits(text));
  const merges = mergePairs(candidates, text);
  const done = candidates.filter((one) => !work.leaves(one));
  work.rewrite(done, options, merges);
  for (const place of places) work.rename(place, done);
  work.say(leftovers(candidates, work.edits));
  const { edits } = work;
  const fault = faultIn(edits.result);
  if (fault !== undefined) {
    const why = `This file was left as it was, because the result would not be right: ${fault}`;
    return { ...nothing, left: candidates.length, decisions: [{ line: 1, text: why }] };
  }
  return {
    text: edits.result,
    steps: done.length,
    left: candidates.length - done.length,
    ...work.remarks(),
    hasKeys: candidates.some(
      ({ conversion, theirs }) => !conversion && theirs.value('aws-access-key-id').kind !== 'absent',
    ),
  };
}

/** What would make the new text unusable. */
function faultIn(text: string): string | undefined {
  try {
    for (const document of parseAllDocuments(text, { logLevel: 'error' })) {
      const [error] = document.errors;
      if (error) return error.message.split('\n')[0];
      document.toJS();
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
