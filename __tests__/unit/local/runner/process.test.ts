import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { invoke, type ProcessResult, type Invocation } from '../../../../local/runner/process.ts';

async function run(
  script: string,
  more: Partial<Invocation> = {},
): Promise<ProcessResult & { lines: string[] }> {
  const lines: string[] = [];
  const ended = await invoke({
    ...{ file: process.execPath, args: ['-e', script], cwd: tmpdir(), env: { A: 'b' } },
    line: (line) => lines.push(line),
    cancel: new AbortController().signal,
    ...more,
  });
  return { ...ended, lines };
}

describe('a process', () => {
  test('has its own environment and no stdin', async () => {
    const script = `process.stdin.on('data', () => {}).on('end', () => console.log(JSON.stringify(process.env)))`;
    const { stdout, exitCode, signal } = await run(script);
    expect(JSON.parse(stdout)).toEqual({ A: 'b' });
    expect([exitCode, signal]).toEqual([0, null]);
  });

  test('is read by line, whatever ends one', async () => {
    const script = String.raw`process.stdout.write('a\nb\r\nc\rd\n\ne\r')`;
    const { lines, stdout } = await run(script);
    expect(lines).toEqual(['a', 'b', 'c', 'd', '', 'e']);
    expect(stdout).toBe('a\nb\r\nc\rd\n\ne\r');
  });

  test('is read as UTF-8, wherever the pieces are cut', async () => {
    const script = `const bytes = Buffer.from('é€\\r\\n✓');
      const next = (at) => at < bytes.length && process.stdout.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
      next(0);`;
    expect((await run(script)).lines).toEqual(['é€', '✓']);
  });

  test('says how it ended', async () => {
    expect(await run(`console.error('oh'); process.exitCode = 3`)).toMatchObject({
      exitCode: 3,
      stderr: 'oh\n',
    });
    expect(await run(`process.kill(process.pid, 'SIGKILL')`)).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
    });
  });

  test('that cannot be started says so', async () => {
    const gone = await run('', { file: '/nowhere/node' });
    expect(gone).toMatchObject({ exitCode: null, startError: expect.stringContaining("'/nowhere/node'") });
    expect((await run('', { cwd: '/nowhere' })).startError).toContain("working directory '/nowhere'");
  });

  test('is not waited for longer than the runner does, if a child has its streams open', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true });
      child.unref();
      console.log(child.pid);
      process.stdout.write('unfinished');`;
    const { lines, exitCode } = await run(script, { times: { children: 100, terminate: 0, kill: 0 } });
    expect([lines[1], exitCode]).toEqual(['unfinished', 0]);
    process.kill(Number(lines[0]), 'SIGKILL');
  });

  test('shows the command lines of its children', async () => {
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 9)', 'seen']);
      setInterval(() => {
        if (require('node:fs').readFileSync('/proc/' + child.pid + '/cmdline', 'utf8').includes('seen')) {
          setTimeout(() => { child.kill(); process.exit(); }, 200);
        }
      }, 5);`;
    const onLinux = process.platform === 'linux';
    const { commandLines } = await run(onLinux ? script : '');
    expect(commandLines.some((line) => line.includes('seen'))).toBe(onLinux);
  });
});

describe('cancelling', () => {
  const times = { children: 50, terminate: 50, kill: 100 };
  const handling = (...signals: string[]): string => `
    const signals = ${JSON.stringify(signals)};
    for (const signal of signals) process.on(signal, () => { console.log(signal); });
    setInterval(() => {}, 1000);
    console.log('ready');`;

  test.each([
    ['SIGINT', [], ['ready']],
    ['SIGTERM', ['SIGINT'], ['ready', 'SIGINT']],
    ['SIGKILL', ['SIGINT', 'SIGTERM'], ['ready', 'SIGINT', 'SIGTERM']],
  ])('ends a process by %s that ignores %j', async (signal, ignored, printed) => {
    const cancel = new AbortController();
    const lines: string[] = [];
    const line = (text: string): void => {
      lines.push(text);
      if (text === 'ready') cancel.abort();
    };
    const ended = await run(handling(...ignored), { cancel: cancel.signal, line, times });
    expect([ended.signal, lines]).toEqual([signal, printed]);
  });
});
