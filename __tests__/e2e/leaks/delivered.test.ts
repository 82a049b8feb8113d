import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalProxy } from '../../../local/proxy.ts';
import type { RunOptions } from '../../../local/runner/runner.ts';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../../local/services.ts';
import { assume, chain, workflow } from '../../workflows.ts';
import { ambientKeys, keys, runTwice, secrets, summary, type Inputs } from './setup.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const accounts = JSON.stringify({ customer: { 'role-arn': customerRole, 'external-id': externalId } });

const ways: [name: string, inputs: Inputs, more: Partial<RunOptions>][] = [
  ['one hop', { 'role-arn': hubRole, ...summary }, {}],
  ['a chain', { ...chain, ...summary, 'workflow-tags': 'true', 'source-identity': 'fred' }, {}],
  ['keys as inputs', { ...chain, ...keys, ...summary }, {}],
  ['keys of the environment', { ...chain, 'credential-source': 'ambient' }, { machineEnv: ambientKeys }],
  ['credentials as outputs', { ...chain, 'output-credentials': 'true' }, {}],
  ['a profile', { ...chain, profile: 'customer', ...summary }, {}],
  ['a profile of keys', { ...chain, ...keys, profile: 'customer' }, {}],
  ['accounts', { 'role-arn': hubRole, accounts, ...summary }, {}],
  ['masked accounts', { ...chain, 'mask-account-id': 'true', ...summary }, {}],
];

describe.each([false, true])('with debug %j', (debug) => {
  test.each(ways)('%s', async (_name, inputs, more) => {
    const result = await runTwice(local, inputs, debug, more);
    expect(result.leaks).toEqual([]);
    expect(local.aws.secrets().length).toBeGreaterThan(3);
  });

  test('earlier keys, restored by the post step', async () => {
    const result = await local.run({
      workflow: workflow(
        {
          run: `echo "AWS_ACCESS_KEY_ID=${user.accessKeyId}" >> "$GITHUB_ENV"; echo "AWS_SECRET_ACCESS_KEY=$KEY" >> "$GITHUB_ENV"`,
          env: { KEY: '${{ secrets.KEY }}' },
        },
        assume(chain),
      ),
      secrets,
      debug,
    });
    expect(result.env).toMatchObject(ambientKeys);
    expect(result.leaks).toEqual([]);
  });

  test('a proxy with a password', async () => {
    const proxy = await startLocalProxy(
      { sts: local.aws.url },
      { name: 'ci', password: 'pass word/of-the-proxy' },
    );
    try {
      const machineEnv = { http_proxy: proxy.url, no_proxy: '127.0.0.1' };
      const result = await local.run({
        workflow: workflow(assume({ ...chain, 'sts-endpoint': 'http://sts' })),
        watch: () => [...local.aws.secrets(), 'pass word/of-the-proxy'],
        machineEnv,
        debug,
      });
      expect(result.conclusion).toBe('success');
      expect(result.leaks).toEqual([]);
    } finally {
      await proxy.close();
    }
  });
});
