import { describe, expect, test } from '@jest/globals';
import type { RunOptions } from '../../../../local/runner/runner.ts';
import type { StepSpec } from '../../../../local/runner/workflow.ts';
import { printed, runSteps, trialAction, type TrialAction } from './trial-action.ts';

/** A composite action `./wrapper` with these lines below `runs:`, and what stands before them. */
function wrapper(steps: string, more: TrialAction = {}): Required<Pick<RunOptions, 'actions'>> {
  const root = trialAction({ ...more, using: 'composite', runs: `  steps:\n${steps}` });
  return { actions: { './wrapper': root } };
}
const wrapped = (more: StepSpec = {}): StepSpec => ({ uses: './wrapper', ...more });
const inputs = '  role: { default: none }\n  other: { default: "${{ github.ref }}" }';

describe('a composite action', () => {
  test('passes its own inputs on; an empty one stays empty', async () => {
    const steps = '    - uses: ./\n      with: { name: "${{ inputs.role }}", plain: "${{ inputs.other }}" }';
    const action = {
      inputs: '  name: { default: x }\n  plain: {}',
      main: `console.log(process.env.INPUT_NAME + '|' + process.env.INPUT_PLAIN + '|' + process.env.INPUT_ROLE);`,
    };
    const given = [wrapped(), wrapped({ with: { role: '' } })];
    const result = await runSteps(given, { action, ...wrapper(steps, { inputs }) });
    expect(result.steps.map(({ lines }) => lines.at(-1))).toEqual([
      'none|refs/heads/main|undefined',
      '|refs/heads/main|undefined',
    ]);
  });

  test('has outputs of its steps, with ids of its own', async () => {
    const steps = '    - { id: one, run: "echo x=1 >> $GITHUB_OUTPUT", shell: bash }';
    const outputs = 'outputs:\n  y: { value: "${{ steps.one.outputs.x }}" }\n';
    const root = wrapper(steps, { before: outputs });
    const tell = { run: 'echo "${{ steps.wrapped.outputs.y }} ${{ steps.one.outputs.x }}"' };
    const result = await runSteps([wrapped({ id: 'wrapped' }), tell], root);
    expect(printed(result, 1)).toEqual(['1 ']);
  });

  test('sees the env of its step, the job and GITHUB_ENV, and its own folder', async () => {
    const steps =
      '    - { run: \'echo "$A ${{ env.B }} $(basename "$GITHUB_ACTION_PATH")"; echo C=3 >> $GITHUB_ENV\', shell: bash }';
    const set = { run: 'echo B=2 >> $GITHUB_ENV' };
    const { actions } = wrapper(steps);
    const result = await runSteps([set, wrapped({ env: { A: '1' } }), { run: 'echo "$A-$C"' }], { actions });
    const folder = actions['./wrapper']?.split('/').at(-1) ?? '';
    expect(result.steps[1]?.lines.at(-1)).toBe(`1 2 ${folder}`);
    expect(printed(result, 2)).toEqual(['-3']);
    expect(result.steps[1]?.exported).toEqual({ C: '3' });
  });

  test.each(['secrets.KEY', 'vars.X'])('cannot use %s', async (name) => {
    const steps = `    - { run: "echo \${{ ${name} }}", shell: bash }`;
    await expect(runSteps([wrapped()], wrapper(steps))).rejects.toThrow();
  });

  test('stops at a step that fails, and fails unless its step continues on error', async () => {
    const steps = ['exit 1', 'echo skipped', 'echo cleaned']
      .map((run, index) => `    - { run: "${run}", shell: bash${index === 2 ? ', if: failure()' : ''} }`)
      .join('\n');
    const result = await runSteps(
      [wrapped({ 'continue-on-error': true }), wrapped(), { run: 'true' }],
      wrapper(steps),
    );
    expect(result.steps.map(({ outcome, conclusion }) => `${outcome} ${conclusion}`)).toEqual([
      'failure success',
      'failure failure',
      'skipped skipped',
    ]);
    expect(result.steps[0]?.embedded.map(({ outcome }) => outcome)).toEqual([
      'failure',
      'skipped',
      'success',
    ]);
  });

  test('has the posts of its actions run with its inputs, in reverse, before those of earlier steps', async () => {
    const steps =
      '    - { uses: ./, with: { name: "${{ inputs.role }} 1" } }\n    - { uses: ./, with: { name: "${{ inputs.role }} 2" } }';
    const tell = `console.log('post ' + process.env.INPUT_NAME);`;
    const action = { inputs: '  name: {}', post: tell };
    const own = { uses: './', with: { name: 'own' } };
    const result = await runSteps([own, wrapped({ with: { role: 'r' } })], {
      action,
      ...wrapper(steps, { inputs }),
    });
    expect(result.posts.map(({ stdout }) => stdout.trim())).toEqual(['post r 2', 'post r 1', 'post own']);
  });

  test('is searched for leaks, step by step', async () => {
    const steps = '    - uses: ./';
    const action = { main: `to('GITHUB_OUTPUT', 'x=the-secret\\n');` };
    const result = await runSteps([wrapped()], { action, ...wrapper(steps), watch: () => ['the-secret'] });
    expect(result.leaks.map(({ where }) => where)).toEqual(['output x of step Run ./']);
  });
});
