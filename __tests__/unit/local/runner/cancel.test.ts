import { describe, expect, test } from '@jest/globals';
import { runSteps, uses } from './trial-action.ts';

/** Says that it is ready, and waits for a signal. */
const waiting = `setInterval(() => {}, 1000); process.on('SIGINT', () => { console.log('SIGINT'); process.exit(0); }); console.log('ready');`;

describe('cancelling the job', () => {
  test('interrupts the step, skips the others but those that run always, and runs the posts', async () => {
    const steps = [
      uses,
      { run: 'true' },
      { if: 'always()', run: 'echo ready' },
      { if: 'cancelled()', run: 'exit 1' },
    ];
    const action = { main: waiting, post: `console.log('ready')` };
    const { conclusion, steps: done, posts } = await runSteps(steps, { action, cancelAt: /^ready$/ });
    expect(done.map(({ outcome }) => outcome)).toEqual(['cancelled', 'skipped', 'success', 'failure']);
    expect([conclusion, posts[0]?.outcome]).toEqual(['cancelled', 'success']);
    expect(done[0]?.lines.slice(-3)).toEqual(['ready', 'SIGINT', '##[error]The operation was canceled.']);
  });

  test('does not interrupt a step that runs always', async () => {
    const steps = [{ if: 'always()', run: 'echo ready; echo done' }, { run: 'true' }];
    const { conclusion, steps: done } = await runSteps(steps, { cancelAt: /^ready$/ });
    expect(done.map(({ outcome }) => outcome)).toEqual(['success', 'skipped']);
    expect([conclusion, done[0]?.stdout]).toEqual(['cancelled', 'ready\ndone\n']);
  });

  test('is too late when the posts run', async () => {
    const action = { post: `console.log('ready'); setTimeout(() => console.log('done'), 20)` };
    const { conclusion, posts } = await runSteps([uses], { action, cancelAt: /^ready$/ });
    expect([conclusion, posts[0]?.stdout]).toEqual(['success', 'ready\ndone\n']);
  });
});

describe('timeout-minutes', () => {
  test('fails the step, and what follows runs as after any failure', async () => {
    const steps = [
      { name: 'slow', ...uses, 'timeout-minutes': '${{ 0.01 }}' },
      { if: 'failure()', run: 'true' },
    ];
    const { conclusion, steps: done } = await runSteps(steps, { action: { main: waiting } });
    expect(done.map(({ outcome }) => outcome)).toEqual(['failure', 'success']);
    expect(conclusion).toBe('failure');
    expect(done[0]?.annotations[0]?.message).toBe("The action 'slow' has timed out after 0.01 minutes.");
  });
});
