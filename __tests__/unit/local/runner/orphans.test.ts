import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { endOrphans } from '../../../../local/runner/orphans.ts';
import { printed, runSteps } from './trial-action.ts';

const onLinux = process.platform === 'linux';

describe('what a job leaves running', () => {
  test('is ended by its tracking id, and nothing else is', async () => {
    const script = `console.log('ready'); setInterval(() => {}, 1000)`;
    const [one, other] = ['trial-1', 'trial-2'].map((id) =>
      spawn(process.execPath, ['-e', script], { env: { RUNNER_TRACKING_ID: id } }),
    );
    if (!one || !other) throw new Error('not started');
    await Promise.all([once(one.stdout, 'data'), once(other.stdout, 'data')]);
    const ended = once(one, 'exit');
    expect(endOrphans('trial-1').map(({ pid }) => pid)).toEqual(onLinux ? [one.pid] : []);
    if (!onLinux) one.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill('SIGKILL');
    await once(other, 'exit');
  });

  test('lives until the posts are done', async () => {
    const main = `
      import { spawn } from 'node:child_process';
      const child = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
      child.unref();
      to('GITHUB_STATE', 'pid=' + child.pid + '\\n');
      console.log(child.pid);`;
    const post = `process.kill(Number(process.env.STATE_pid), 0); console.log('still there');`;
    const result = await runSteps([{ uses: './' }], { action: { main, post } });
    expect(result.posts[0]?.lines.at(-1)).toBe('still there');
    const pid = printed(result)[0] ?? '';
    const ended = onLinux ? [`Terminate orphan process: pid (${pid}) (sleep)`] : [];
    expect(result.log.slice(result.log.indexOf('Cleaning up orphan processes') + 1)).toEqual(ended);
    if (!onLinux) process.kill(Number(pid), 'SIGKILL');
  });
});
