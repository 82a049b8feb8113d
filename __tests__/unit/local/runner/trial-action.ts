import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { RunResult } from '../../../../local/runner/result.ts';
import { runWorkflow, type RunOptions } from '../../../../local/runner/runner.ts';
import type { StepSpec } from '../../../../local/runner/workflow.ts';

/** Small actions in a folder with a space in its name, and jobs that use them. */

const folders: string[] = [];
const runs: RunResult[] = [];
afterEach(() => {
  for (const run of runs.splice(0)) run.cleanUp();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Where the action's script reports what it saw. */
export const preamble = `
  import { appendFileSync } from 'node:fs';
  const to = (file, text) => appendFileSync(process.env[file], text);
`;

export interface TrialAction {
  /** Lines of action.yml below `inputs:`. */
  readonly inputs?: string;
  readonly main?: string;
  readonly post?: string;
  /** Further lines below `runs:`. */
  readonly runs?: string;
  readonly using?: string;
  /** Further lines at the top level of action.yml. */
  readonly before?: string;
}

/** Writes an action, and says where it is. */
export function trialAction({
  inputs = '',
  main = '',
  post,
  runs = '',
  using = 'node24',
  before = '',
}: TrialAction): string {
  const root = mkdtempSync(join(tmpdir(), 'an action '));
  folders.push(root);
  const lines = [
    'name: trial',
    'inputs:',
    inputs || '  none: {}',
    ...(before === '' ? [] : [before]),
    'runs:',
    `  using: ${using}`,
    ...(using === 'composite' ? [] : ['  main: main.mjs']),
  ];
  writeFileSync(join(root, 'main.mjs'), preamble + main);
  if (post !== undefined) {
    writeFileSync(join(root, 'post.mjs'), preamble + post);
    lines.push('  post: post.mjs');
  }
  writeFileSync(join(root, 'action.yml'), [...lines, runs, ''].join('\n'));
  return root;
}

/** Runs a job of these steps; the action under test does nothing unless one is given. */
export async function runSteps(
  steps: readonly StepSpec[],
  options: Partial<RunOptions> & { action?: TrialAction } = {},
): Promise<RunResult> {
  const { action = {}, ...rest } = options;
  const workflow = { name: 'Trial', jobs: { trial: { steps } } };
  const result = await runWorkflow({ workflow, actionRoot: trialAction(action), ...rest });
  runs.push(result);
  return result;
}

export const uses: StepSpec = { uses: './' };

/** What the `index`th step printed; without what the runner printed before it. */
export function printed(result: RunResult, index = 0): string[] {
  const lines = result.steps[index]?.lines ?? [];
  return lines.slice(lines.indexOf('##[endgroup]') + 1);
}
