import { describe, expect, test } from '@jest/globals';
import type { StepSpec } from '../../../../local/runner/workflow.ts';
import { printed, runSteps, uses } from './trial-action.ts';

const said = (lines: readonly string[] = []): string[] => lines.filter((line) => line.startsWith('post '));
const post = `console.log('post ' + process.env.INPUT_NAME);`;
const named = (name: string, more: StepSpec = {}): StepSpec => ({ name, ...uses, with: { name }, ...more });
const inputs = '  name: { default: nobody }';

describe('posts', () => {
  test('run in reverse, of every action that was not skipped', async () => {
    const steps = [
      named('one'),
      named('two', { if: 'false' }),
      named('three'),
      { run: 'exit 1' },
      named('four'),
    ];
    const { posts, conclusion } = await runSteps(steps, { action: { inputs, post } });
    expect(posts.map(({ name }) => name)).toEqual(['Post three', 'Post one']);
    expect(posts.flatMap(({ lines }) => said(lines))).toEqual(['post three', 'post one']);
    expect(conclusion).toBe('failure');
  });

  test('run where main failed, with the state that it left', async () => {
    const main = `to('GITHUB_STATE', 'kept<<END\\na\\nb\\nEND\\n'); process.exitCode = 1;`;
    const tell = `console.log('post ' + process.env.STATE_kept);`;
    const { posts } = await runSteps([uses], { action: { main, post: tell } });
    expect(posts[0]?.lines).toEqual(['Post job cleanup.', 'post a', 'b']);
  });

  test('have the state of their own step alone', async () => {
    const main = `to('GITHUB_STATE', process.env.INPUT_NAME + '=1\\n'); console.log(process.env.STATE_one);`;
    const tell = `console.log('post ' + process.env.STATE_one + ' ' + process.env.STATE_two);`;
    const result = await runSteps([named('one'), named('two')], { action: { inputs, main, post: tell } });
    expect(result.posts.flatMap(({ lines }) => said(lines))).toEqual([
      'post undefined 1',
      'post 1 undefined',
    ]);
    expect(printed(result, 1)).toEqual(['undefined']);
  });

  test('run another file than main, and STATE_ is for the post only', async () => {
    const tell = `console.log('main', process.argv[1].split('/').at(-1), process.env.STATE_kept);`;
    const main = `to('GITHUB_STATE', 'kept=1\\n'); ${tell}`;
    const result = await runSteps([uses, uses], { action: { main, post: tell.replace("'main'", "'post'") } });
    expect([printed(result), printed(result, 1)]).toEqual([
      ['main main.mjs undefined'],
      ['main main.mjs undefined'],
    ]);
    expect(result.posts.map(({ stdout }) => stdout)).toEqual(['post post.mjs 1\n', 'post post.mjs 1\n']);
  });

  test('STATE_ in GITHUB_ENV reaches main and post; what the action saved itself wins', async () => {
    const steps = [{ run: 'printf "STATE_kept=planted\\nSTATE_other=planted\\n" >> $GITHUB_ENV' }, uses];
    const tell = `console.log('post', process.env.STATE_kept, process.env.STATE_other);`;
    const main = `to('GITHUB_STATE', 'kept=own\\n'); ${tell}`;
    const result = await runSteps(steps, { action: { main, post: tell } });
    expect(printed(result, 1)).toEqual(['post planted planted']);
    expect(result.posts[0]?.stdout).toBe('post own planted\n');
  });

  test('have the inputs and the environment as they are by then', async () => {
    const steps: StepSpec[] = [
      { ...uses, with: { name: '${{ steps.later.outputs.x }}' }, env: { OWN: '${{ env.A }}' } },
      { id: 'later', run: 'echo x=1 >> $GITHUB_OUTPUT; printf "A=2\\nB=3\\n" >> $GITHUB_ENV' },
    ];
    const tell = `const { INPUT_NAME, OWN, A, B } = process.env; console.log('post', INPUT_NAME, OWN, A, B);`;
    const { posts } = await runSteps(steps, { action: { inputs, post: tell } });
    expect(posts[0]?.stdout).toBe('post 1 2 2 3\n');
  });

  test('hand their exports on to the next post, and not to the steps', async () => {
    const tell = `console.log('post ' + process.env.A); to('GITHUB_ENV', 'A=' + process.env.INPUT_NAME + '\\n');`;
    const result = await runSteps([named('one'), named('two')], { action: { inputs, post: tell } });
    expect(result.posts.flatMap(({ lines }) => said(lines))).toEqual(['post undefined', 'post two']);
    expect([result.envAfterSteps, result.env]).toEqual([{}, { A: 'one' }]);
  });

  test.each([
    ['success()', true, ['post nobody']],
    ['success()', false, []],
    ['failure()', true, []],
    ['failure()', false, ['post nobody']],
  ])('obey post-if: %s, success: %p', async (postIf, success, expected) => {
    const steps = [uses, { run: success ? 'true' : 'false' }];
    const { posts } = await runSteps(steps, { action: { inputs, post, runs: `  post-if: ${postIf}` } });
    expect(posts.flatMap(({ lines }) => said(lines))).toEqual(expected);
  });

  test('that fail fail the job, unless the step goes on for all that', async () => {
    const action = { post: 'process.exitCode = 1;' };
    expect((await runSteps([uses], { action })).conclusion).toBe('failure');
    const forgiven = await runSteps([{ ...uses, 'continue-on-error': true }], { action });
    expect([forgiven.conclusion, forgiven.posts[0]?.outcome]).toEqual(['success', 'failure']);
  });

  test('mask with all masks of the job', async () => {
    const action = { main: `console.log('::add-mask::abc')`, post: `console.log('post abc')` };
    expect(said((await runSteps([uses], { action })).posts[0]?.lines)).toEqual(['post ***']);
  });
});
