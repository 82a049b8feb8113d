import { afterEach, expect, jest, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { command } from '../../src/command.ts';
import { Interrupted } from '../../src/sts/errors.ts';

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
  await command(words, {});
  return { ...printed, exitCode: process.exitCode };
}

test('--version prints the version of package.json', async () => {
  expect(await run('--version')).toEqual({
    stdout: `${packageJson.version}\n`,
    stderr: '',
    exitCode: 0,
  });
});

test('--help prints the usage', async () => {
  expect(await run('--help')).toMatchObject({
    stdout: expect.stringMatching(/^Usage: assume-role-chain /),
    stderr: '',
    exitCode: 0,
  });
});

test.each<[string[], RegExp]>([
  [
    [],
    /^assume-role-chain: a subcommand is missing: one of exec, env, each, status, release\. See assume-role-chain --help\.\n$/,
  ],
  [['status-quo'], /"status-quo" is not a subcommand\. .* See assume-role-chain --help\.\n$/],
  [['stauts'], /Did you mean status\?/],
  [['env', '--fromat', 'json'], /"--fromat" is not an option of env\. .* Did you mean --format\?/],
  [['--version', 'more'], /"--version" is not a subcommand/],
])('%j is a mistake: one line on stderr and exit code 2', async (words, message) => {
  const { stdout, stderr, exitCode } = await run(...words);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toMatch(message);
});

test.each([
  [['status']],
  [['/tmp/elsewhere', 'status']],
  [['/tmp/assume-role-chain/x', 'exec', '--', 'true']],
])('%j: only a private folder of this action is believed', async (words: string[]) => {
  const { stdout, stderr, exitCode } = await run(...words);
  expect([stdout, exitCode]).toEqual(['', 1]);
  expect(stderr).toMatch(/is not a private folder of this action\./);
});

test('a signal that ends the call is its exit code, as in a shell', async () => {
  const stopped = new Interrupted({ kind: 'cancelled', signal: 'SIGTERM' }, 'STS');
  jest.unstable_mockModule('../../src/command/subcommands.ts', () => ({
    runSubcommand: () => Promise.reject(stopped),
  }));
  expect(await run('status')).toEqual({
    ...{ stdout: '', exitCode: 143 },
    stderr: 'assume-role-chain: Cancelled by SIGTERM while waiting for STS\n',
  });
});
