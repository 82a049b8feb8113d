import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { each } from '../../../src/command/each.ts';
import type { Context } from '../../../src/command/context.ts';
import type { JobProfile } from '../../../src/profiles/job-profiles.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'each-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const profile = (name: string): JobProfile => ({
  ...{ name, accountId: '222222222222', assumedRoleArn: 'arn', region: 'us-east-1', plan: 'plan-0.json' },
  ...{ sts: { region: 'us-east-1', useFips: false, useDualstack: false }, fromList: true },
  ...{ planPath: 'p', cachePath: 'c', configPath: 'f' },
});
const context = (): Context => ({
  stepFolder: folder,
  environment: { PATH: process.env['PATH'] },
  profiles: [profile('a'), profile('b'), profile('c')],
  isOurs: () => false,
  credentialsOf: () =>
    Promise.resolve({
      ...{ accessKeyId: 'k', secretAccessKey: 's', sessionToken: 't', accountId: '222222222222' },
      ...{ obtained: 0, expires: 1 },
    }),
});

async function run(
  command: readonly [string, ...string[]],
  more: Partial<Context> = {},
): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation(((text: string | Uint8Array, done?: () => void) => {
    lines.push(Buffer.from(text as string).toString());
    done?.();
    return true;
  }) as typeof process.stdout.write);
  const call = { kind: 'each', parallel: 2, keepGoing: false, profiles: undefined, command } as const;
  const code = await each(call, { ...context(), ...more });
  return { code, printed: lines.join('').replaceAll(/\d+\.\d s/g, 'N s') };
}

test('where there is no room for an output, that account fails, and the commands that run come to their end', async () => {
  const done = join(folder, 'done');
  // The file of the second output: it exists, so it cannot be made.
  writeFileSync(join(folder, `each-${process.pid}-2`), '');
  const { code, printed } = await run(['sh', '-c', 'sleep 0.3; echo ended; touch "$0"', done]);
  expect(code).toBe(1);
  expect(printed).toContain('b: not started: its output cannot be stored: EEXIST: file already exists, open');
  expect(printed).toContain('::group::a\nended\n::endgroup::\na: succeeded');
  expect(printed).toContain('3 accounts: 1 succeeded, 1 failed, 1 not run');
  expect(readFileSync(done, 'utf8')).toBe('');
});

test('a command that Node.js cannot even try to start is a failure of the account', async () => {
  const { code, printed } = await run([join(import.meta.filename, 'below-a-file')]);
  expect(code).toBe(1);
  expect(printed).toContain('below-a-file": cannot be started: ENOTDIR.');
  expect(printed).toContain('3 accounts: 0 succeeded, 2 failed, 1 not run');
});

test('a renewal that a signal ends is no failure of the account', async () => {
  const credentialsOf = (): Promise<never> => {
    process.emit('SIGTERM', 'SIGTERM');
    return Promise.reject(new Error('Cancelled by SIGTERM'));
  };
  const { code, printed } = await run(['true'], { credentialsOf });
  expect(code).toBe(143);
  expect(printed).toContain('3 accounts: 0 succeeded, 0 failed, 3 not run');
});

test("commands get the profile's own credentials file in place of another, which may have a profile of this name", async () => {
  const environment = { PATH: process.env['PATH'], AWS_SHARED_CREDENTIALS_FILE: '/other' };
  const profiles = [{ ...profile('a'), configPath: join(folder, 'config') }];
  const names = async () =>
    (await run(['sh', '-c', 'echo "$AWS_SHARED_CREDENTIALS_FILE"'], { environment, profiles })).printed;
  // The user had a file, so there is no own one.
  expect(await names()).toContain('::group::a\n/other\n');
  writeFileSync(join(folder, 'credentials'), '');
  expect(await names()).toContain(`::group::a\n${join(folder, 'credentials')}\n`);
});
