import { afterEach, expect, jest, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { command } from '../../src/command.ts';

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...words: string[]): Promise<{ stdout: string; stderr: string; exitCode: unknown }> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    jest.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    });
  await command(words);
  return { ...printed, exitCode: process.exitCode };
}

test('--version prints the version of package.json', async () => {
  expect(await run('--version')).toEqual({
    stdout: `${packageJson.version}\n`,
    stderr: '',
    exitCode: undefined,
  });
});

test('--help prints the usage', async () => {
  expect(await run('--help')).toMatchObject({
    stdout: expect.stringMatching(/^Usage: assume-role-chain /),
    stderr: '',
    exitCode: undefined,
  });
});

test.each([[[]], [['status-quo']], [['--version', 'more']]])(
  'arguments that it does not understand, %j, print the usage on stderr and exit 1',
  async (words: string[]) => {
    expect(await run(...words)).toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/^Usage: /),
      exitCode: 1,
    });
  },
);
