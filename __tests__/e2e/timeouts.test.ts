import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerRole, hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, shown, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

describe('what hangs ends on time', () => {
  test.each(['before-headers', 'headers', 'body'] as const)(
    'STS, %s: timeout-seconds names itself',
    async (phase) => {
      local.aws.injectFault({ kind: 'hang', phase, times: Infinity });
      const result = await local.run({ workflow: workflow(assume({ ...chain, 'timeout-seconds': '1' })) });
      const step = stepOf(result);
      expect(step.annotations[0]).toMatchObject({
        title: 'timeout-seconds exceeded',
        message: expect.stringMatching(
          /^timeout-seconds \(1\) ran out while waiting for AssumeRoleWithWebIdentity of arn:\S+ \(hop 1 of 2\), and STS in us-east-1 \(\S+\) did not answer: /,
        ),
      });
      expect(step.milliseconds).toBeLessThan(30_000);
      expect(leftNothing(step)).toBe(true);
    },
  );

  test('the ID token service', async () => {
    local.github.injectFault({ kind: 'hang', times: Infinity });
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'timeout-seconds': '1' })) });
    expect(stepOf(result).annotations[0]?.message).toMatch(
      /^timeout-seconds \(1\) ran out while waiting for GitHub's OIDC token, and GitHub's OIDC token service did not/,
    );
    expect(stepOf(result).milliseconds).toBeLessThan(30_000);
  });

  test('a resolver that never answers', async () => {
    const resolver = join(import.meta.dirname, 'bin', 'silent-resolver.cjs');
    const result = await local.run({
      workflow: workflow(assume({ ...chain, 'timeout-seconds': '1', 'sts-endpoint': 'https://sts.invalid' })),
      machineEnv: { NODE_OPTIONS: `--require "${resolver}"` },
    });
    expect(stepOf(result).annotations[0]?.message).toContain('timeout-seconds (1) ran out');
    expect(stepOf(result).milliseconds).toBeLessThan(30_000);
    expect(leftNothing(stepOf(result))).toBe(true);
  });

  test('a server that accepts a connection for TLS and says nothing', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await local.run({
      workflow: workflow(assume({ ...chain, 'timeout-seconds': '1', 'sts-endpoint': endpoint })),
    });
    expect(stepOf(result).annotations[0]?.message).toContain('timeout-seconds (1) ran out');
    server.close();
  });
});

test('an answer without an end is cut off', async () => {
  const body = `<x>${'a'.repeat(3_000_000)}`;
  local.aws.injectFault({ kind: 'raw', status: 200, contentType: 'text/xml', body, times: Infinity });
  const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '1' })) });
  expect(stepOf(result).annotations[0]?.message).toContain('larger than 128 kB');
  expect(leftNothing(stepOf(result))).toBe(true);
});

describe('the runner cancels', () => {
  test('within a second, with nothing exported and no file left', async () => {
    local.aws.injectFault({ kind: 'hang', phase: 'body', times: Infinity, skip: 1 });
    const result = await local.run({ workflow: workflow(assume(chain)), cancelAt: /^Hop 1 of 2/ });
    const step = stepOf(result);
    expect(step.outcome).toBe('cancelled');
    expect(step.exitCode).toBe(1);
    expect(leftNothing(step)).toBe(true);
    expect(shown(step)).toContain('Cancelled by SIGINT while waiting for AssumeRole of');
    expect(step.milliseconds).toBeLessThan(30_000);
  });

  test('and what is prepared for the profiles of accounts meanwhile is gone, too', async () => {
    local.aws.injectFault({ kind: 'hang', phase: 'body', times: Infinity, skip: 1 });
    const accounts = Array.from({ length: 100 }, (_, index) => `c${index}: ${customerRole}`).join('\n');
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole, accounts })),
      cancelAt: /^Hop 1 of 2/,
    });
    expect([stepOf(result).outcome, leftNothing(stepOf(result))]).toEqual(['cancelled', true]);
    expect(shown(stepOf(result))).toContain('Cancelled by SIGINT while waiting for AssumeRole of');
  });
});
