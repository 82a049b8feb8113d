import { externalId, user, type LocalServices } from '../../../local/services.ts';
import type { RunResult } from '../../../local/runner/result.ts';
import type { RunOptions } from '../../../local/runner/runner.ts';
import { assume, chain, workflow } from '../../workflows.ts';

/**
 * The leak tests: every way through the action, and every place where it can fail, with the runner's debug log and
 * without. The runner searches for each secret that the local AWS and GitHub have (and those registered here) in raw
 * output except masks, the masked log, annotations, state, outputs, variables, summaries, command lines, file names and
 * files that are not private; unchanged and as base64, URLs and JSON write it.
 */

export type Inputs = Readonly<Record<string, string>>;

export const summary = { 'job-summary': 'always' } as const;
export const keys = { 'access-key-id': user.accessKeyId, 'secret-access-key': '${{ secrets.KEY }}' };
export const ambientKeys = {
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
};

/** The repository's secrets. The runner prints inputs, so it must mask these. */
export const secrets = {
  KEY: user.secretAccessKey,
  ODD: 'c2VjcmV0LXRoYXQtaXM=\nnone',
  CUSTOMER_EXTERNAL_ID: externalId,
};

/** Runs a job that uses the action twice, the second time without a profile. */
export function runTwice(
  local: LocalServices,
  inputs: Inputs,
  debug: boolean,
  more: Partial<RunOptions> = {},
): Promise<RunResult> {
  const second = Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== 'profile'));
  return local.run({ workflow: workflow(assume(inputs), assume(second)), debug, secrets, ...more });
}

/** The inputs of the failing tests: the chain, tried once, with a summary. */
export const once: Inputs = { ...chain, ...summary, 'max-attempts': '1' };
