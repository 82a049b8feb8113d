import { customerRole, externalId, hubRole } from '../local/services.ts';
import type { RunResult, StepResult } from '../local/runner/result.ts';
import type { StepSpec, WorkflowSpec } from '../local/runner/workflow.ts';

/** Workflows for tests, in a few words. */

/** A step of this action. */
export function assume(inputs: Readonly<Record<string, string>>, more: Partial<StepSpec> = {}): StepSpec {
  return { uses: 'assume-role-chain/assume-role-chain@v1', name: 'assume', with: inputs, ...more };
}

/** The chain of the local AWS: the hub's role, then the customer's. */
export const chain = {
  'role-arn': `${hubRole}\n${customerRole}`,
  'external-id': externalId,
  region: 'us-east-1',
} as const;

/** A workflow of one job that may ask for ID tokens. */
export function workflow(...steps: readonly StepSpec[]): WorkflowSpec {
  return { name: 'Deploy', permissions: { 'id-token': 'write' }, jobs: { deploy: { steps } } };
}

/** The same without that permission. */
export function withoutIdToken(...steps: readonly StepSpec[]): WorkflowSpec {
  return { name: 'Deploy', permissions: { contents: 'read' }, jobs: { deploy: { steps } } };
}

/** A step, which must exist. */
export function stepOf(result: RunResult, index = 0): StepResult {
  const step = result.steps[index];
  if (step === undefined) throw new Error(`There is no step ${index}`);
  return step;
}

/** A post, which must exist; the first one that ran is 0. */
export function postOf(result: RunResult, index = 0): StepResult {
  const post = result.posts[index];
  if (post === undefined) throw new Error(`There is no post ${index}`);
  return post;
}

/** Everything a step showed, annotations included. */
export const shown = (step: StepResult): string => step.lines.join('\n');

/** What must hold after every step that failed: nothing exported, no output, no file, and nothing for the post. */
export function leftNothing(step: StepResult): boolean {
  return (
    [step.exported, step.outputs].every((one) => Object.keys(one).length === 0) &&
    step.state['delivered'] === '' &&
    step.files.length === 0
  );
}

/** A line of a script that removes the caches of the job's profiles, so that the next call renews. */
export const forgetCached = 'rm "$RUNNER_TEMP"/assume-role-chain/*/plan-*.cache.json';

/** Node.js, in a script: macOS and Windows lack many options of the commands that Linux has. */
export const node = `"${process.execPath}"`;

/** A line of a script that waits for the time in the variable UNTIL, or for that many seconds before it. */
export const waitUntil = (before = 0): string =>
  `${node} -e 'setTimeout(() => undefined, Date.parse(process.env.UNTIL) - Date.now() + 1000 * (1 - ${before}))'`;

/** A redirection of a stream, by its number, to a place that cannot be written: macOS has no /dev/full. */
export const unwritable = (stream: 1 | 2): string => `${stream}< /dev/null`;
