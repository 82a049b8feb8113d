import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hubRole, startLocalServices, user, type LocalServices } from '../../../local/services.ts';
import { chain } from '../../workflows.ts';
import { keys, runTwice, summary, type Inputs } from './setup.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

describe.each([false, true])('with debug %j', (debug) => {
  test("an answer that quotes the caller's own secrets", async () => {
    const token = await local.github.mint();
    const echo = `the token ${token} and the key ${user.secretAccessKey} are no good`;
    local.aws.injectFault({
      kind: 'error',
      status: 403,
      code: 'AccessDenied',
      message: echo,
      times: Infinity,
    });
    const result = await runTwice(local, { ...chain, ...keys, ...summary }, debug, {
      watch: () => [...local.aws.secrets(), user.secretAccessKey],
    });
    expect(result.conclusion).toBe('failure');
    expect(result.leaks).toEqual([]);
  });

  test.each(['Starting from', 'Hop 1 of 2', 'Exported'])('the job is cancelled at %s', async (words) => {
    const result = await runTwice(local, chain, debug, { cancelAt: new RegExp(words) });
    expect(result.leaks).toEqual([]);
  });

  test.each<[string, Inputs]>([
    ['no role', { ...chain, ...keys, 'role-arn': 'deployment-hub' }],
    ['a key where the role belongs', { ...chain, ...keys, 'role-arn': `${hubRole}\nx` }],
    ['a session name that is none', { ...chain, ...keys, 'session-name': 'Freds Session' }],
    ['keys that are none', { ...chain, 'access-key-id': 'AKIA', 'secret-access-key': '${{ secrets.ODD }}' }],
    ['half a set', { ...chain, 'secret-access-key': '${{ secrets.KEY }}' }],
  ])('wrong inputs: %s', async (_name, inputs) => {
    const result = await runTwice(local, inputs, debug, {
      watch: () => [...local.aws.secrets(), user.secretAccessKey, 'c2VjcmV0LXRoYXQtaXM='],
    });
    expect(result.conclusion).toBe('failure');
    expect(result.leaks).toEqual([]);
  });
});
