import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../local/aws/faults.ts';
import type { IssuerFault } from '../../local/github/issuer.ts';
import { startLocalProxy } from '../../local/proxy.ts';
import type { RunResult } from '../../local/runner/result.ts';
import type { RunOptions } from '../../local/runner/runner.ts';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../local/services.ts';
import { chain, assume, workflow } from '../workflows.ts';

/**
 * The hunt for leaks: every way through the action, and every place where it can fail, with the runner's debug log and
 * without. The runner looks for each secret that the local AWS and GitHub know (and what is registered here) in raw
 * output beside the masks, the masked log, annotations, state, outputs, variables, summaries, command lines, file names
 * and files that are not private; in its own form and as base64, URL and JSON write it.
 */

type Inputs = Readonly<Record<string, string>>;
type Way = [name: string, inputs: Inputs, more: Partial<RunOptions>];

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const summary = { 'job-summary': 'always' } as const;
const keys = { 'access-key-id': user.accessKeyId, 'secret-access-key': '${{ secrets.KEY }}' };
const ambient = {
  AWS_ACCESS_KEY_ID: user.accessKeyId,
  AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
};
const accounts = JSON.stringify({ customer: { 'role-arn': customerRole, 'external-id': externalId } });

const ways: Way[] = [
  ['one hop', { 'role-arn': hubRole, ...summary }, {}],
  ['a chain', { ...chain, ...summary, 'workflow-tags': 'true', 'source-identity': 'fred' }, {}],
  ['keys as inputs', { ...chain, ...keys, ...summary }, {}],
  ['keys of the environment', { ...chain, 'credential-source': 'ambient' }, { machineEnv: ambient }],
  ['credentials as outputs', { ...chain, 'output-credentials': 'true' }, {}],
  ['a profile', { ...chain, profile: 'customer', ...summary }, {}],
  ['a profile of keys', { ...chain, ...keys, profile: 'customer' }, {}],
  ['accounts', { 'role-arn': hubRole, accounts, ...summary }, {}],
  ['masked accounts', { ...chain, 'mask-account-id': 'true', ...summary }, {}],
];

/** What a workflow gets from the repository's settings; the runner prints inputs, and knows these. */
const secrets = {
  KEY: user.secretAccessKey,
  ODD: 'c2VjcmV0LXRoYXQtaXM=\nnone',
  CUSTOMER_EXTERNAL_ID: externalId,
};

const run = (inputs: Inputs, debug: boolean, more: Partial<RunOptions> = {}): Promise<RunResult> =>
  local.run({
    workflow: workflow(assume(inputs), assume({ ...inputs, profile: '' })),
    debug,
    secrets,
    ...more,
  });

describe.each([false, true])('with debug %j', (debug) => {
  test.each(ways)('%s', async (_name, inputs, more) => {
    const result = await run(inputs, debug, more);
    expect(result.leaks).toEqual([]);
    expect(local.aws.secrets().length).toBeGreaterThan(3);
  });

  test('earlier keys, given back by the post', async () => {
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
    expect(result.env).toMatchObject(ambient);
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

  const issuerFaults: IssuerFault[] = [
    { kind: 'status', status: 403, body: '{"message":"no"}' },
    { kind: 'reset', times: Infinity },
    { kind: 'html' },
    { kind: 'not-a-jwt' },
    { kind: 'no-value' },
    { kind: 'lifetime', seconds: -60 },
  ];
  test.each(issuerFaults)('the ID token fails: %j', async (fault) => {
    local.github.injectFault(fault);
    const result = await run({ ...chain, ...summary, 'max-attempts': '1' }, debug);
    expect(result.leaks).toEqual([]);
  });

  const faults: [string, Fault][] = (
    [
      { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' },
      { kind: 'internal-error', times: Infinity },
      { kind: 'reset', times: Infinity },
      { kind: 'html', status: 200 },
      { kind: 'raw', status: 200, contentType: 'text/xml', body: '<AssumeRoleResponse>' },
      { kind: 'identity', accountId: '333333333333' },
      { kind: 'credentials', omit: ['SessionToken'] },
    ] satisfies Fault[]
  ).flatMap((fault): [string, Fault][] => [
    ['the first hop', { ...fault, action: 'AssumeRoleWithWebIdentity' }],
    ['the second hop', { ...fault, action: 'AssumeRole' }],
    ['the verification', { ...fault, action: 'GetCallerIdentity' }],
  ]);
  test.each(faults)('%s fails: %j', async (_name, fault) => {
    local.aws.injectFault(fault);
    const result = await run({ ...chain, ...summary, 'max-attempts': '1' }, debug);
    expect(result.leaks).toEqual([]);
  });

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
    const result = await run({ ...chain, ...keys, ...summary }, debug, {
      watch: () => [...local.aws.secrets(), user.secretAccessKey],
    });
    expect(result.conclusion).toBe('failure');
    expect(result.leaks).toEqual([]);
  });

  test.each(['Base credentials', 'Hop 1 of 2', 'Exported'])('the job is cancelled at %s', async (words) => {
    const result = await run(chain, debug, { cancelAt: new RegExp(words) });
    expect(result.leaks).toEqual([]);
  });

  test.each<[string, Inputs]>([
    ['no role', { ...chain, ...keys, 'role-arn': 'deployment-hub' }],
    ['a key where the role belongs', { ...chain, ...keys, 'role-arn': `${hubRole}\nx` }],
    ['a session name that is none', { ...chain, ...keys, 'session-name': 'Freds Session' }],
    ['keys that are none', { ...chain, 'access-key-id': 'AKIA', 'secret-access-key': '${{ secrets.ODD }}' }],
    ['half a set', { ...chain, 'secret-access-key': '${{ secrets.KEY }}' }],
  ])('wrong inputs: %s', async (_name, inputs) => {
    const result = await run(inputs, debug, {
      watch: () => [...local.aws.secrets(), user.secretAccessKey, 'c2VjcmV0LXRoYXQtaXM='],
    });
    expect(result.conclusion).toBe('failure');
    expect(result.leaks).toEqual([]);
  });
});
