import { afterEach, expect, jest, test } from '@jest/globals';
import type { Context } from '../../../src/command/context.ts';
import { profileKeys } from '../../../src/command/profile-keys.ts';
import { Interrupted } from '../../../src/sts/errors.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const context = (error: Error): Context => ({
  ...{ stepFolder: '/', environment: {}, isOurs: () => false, credentialsOf: () => Promise.reject(error) },
  profiles: [
    {
      ...{ name: 'a', accountId: '222222222222', assumedRoleArn: 'arn', region: 'us-east-1', plan: 'p' },
      ...{ sts: { region: 'us-east-1', useFips: false, useDualstack: false }, fromList: false },
      ...{ planPath: 'p', cachePath: 'c', configPath: 'f' },
    },
  ],
});

test.each([new Error('no'), new Interrupted({ kind: 'timeout', seconds: 30 }, 'STS')])(
  '%s: the reason is on stderr',
  async (error) => {
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await profileKeys(undefined, context(error))).toBeUndefined();
    expect(write).toHaveBeenCalledWith(`assume-role-chain: profile a has no credentials: ${error.message}\n`);
  },
);

test('a signal ends the call', async () => {
  const error = new Interrupted({ kind: 'cancelled', signal: 'SIGINT' }, 'STS');
  await expect(profileKeys(undefined, context(error))).rejects.toBe(error);
});
