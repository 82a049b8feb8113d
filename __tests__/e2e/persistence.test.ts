import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultEffect } from '../../local/aws/faults.ts';
import { startLocalProxy, type LocalProxy } from '../../local/proxy.ts';
import { startLocalServices, user as ciUser, type LocalServices } from '../../local/services.ts';
import { chain, assume, leftNothing, shown, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const retries = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith('Trying again'));

describe('what passes is tried again, and each try is a line', () => {
  test.each<[string, FaultEffect, string]>([
    ['throttling', { kind: 'throttle' }, 'Throttling: Rate exceeded'],
    ['an internal error', { kind: 'internal-error' }, 'InternalFailure'],
    ['503 without a body', { kind: 'unavailable' }, 'HTTP 503'],
    ['502 with a page', { kind: 'html', status: 502 }, 'HTTP 502'],
    ['429', { kind: 'raw', status: 429, contentType: 'text/plain', body: 'slow down' }, 'HTTP 429'],
    ['a reset', { kind: 'reset' }, 'ECONNRESET'],
    [
      'a slow identity provider',
      { kind: 'error', status: 400, code: 'IDPCommunicationError', message: 'Try again.' },
      'IDPCommunicationError',
    ],
    [
      'keys that could not be fetched',
      {
        kind: 'error',
        status: 400,
        code: 'InvalidIdentityToken',
        message: "Couldn't retrieve verification key from your identity provider,  please",
      },
      'InvalidIdentityToken',
    ],
  ])('%s', async (_, fault, words) => {
    local.aws.injectFault({ action: 'AssumeRoleWithWebIdentity', times: 2, ...fault });
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(result.conclusion).toBe('success');
    const lines = retries(stepOf(result).lines);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(words);
    expect(lines[0]).toMatch(
      /^Trying again (now|in \d\.\d s): AssumeRoleWithWebIdentity of arn:\S+ \(hop 1 of 2\): /,
    );
  });

  test.each<[string, Parameters<LocalServices['github']['injectFault']>[0]]>([
    ['500', { kind: 'status', status: 500, times: 2 }],
    ['429', { kind: 'status', status: 429, times: 2 }],
    ['a reset', { kind: 'reset', times: 2 }],
    [
      'a job that has not begun',
      {
        kind: 'status',
        status: 403,
        body: JSON.stringify({ message: "Can't issue ID_TOKEN for job in 'Pending' state." }),
        times: 2,
      },
    ],
  ])('the ID token service: %s', async (_, fault) => {
    local.github.injectFault(fault);
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(result.conclusion).toBe('success');
    expect(retries(stepOf(result).lines)).toHaveLength(2);
  });

  test('no more often than max-attempts', async () => {
    local.aws.injectFault({ kind: 'throttle', times: Infinity });
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '3' })) });
    expect(local.aws.requests).toHaveLength(3);
    expect(stepOf(result).annotations[0]?.message).toContain('after 3 tries');
  });

  test('anything else fails on its first answer', async () => {
    local.github.injectFault({
      kind: 'status',
      status: 403,
      body: '{"message":"Forbidden"}',
      times: Infinity,
    });
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(local.github.requests).toHaveLength(1);
    expect(stepOf(result).annotations[0]).toMatchObject({
      title: 'No OIDC token',
      message: expect.stringContaining('HTTP 403: Forbidden'),
    });
  });

  test.each(['no-value', 'not-a-jwt', 'html'] as const)(
    'an ID token service that answers with %s',
    async (kind) => {
      local.github.injectFault({ kind, times: Infinity });
      const result = await local.run({ workflow: workflow(assume(chain)) });
      expect(result.conclusion).toBe('failure');
      expect(leftNothing(stepOf(result))).toBe(true);
      expect(local.aws.issued).toEqual([]);
    },
  );
});

test('an ID token that ran out is replaced', async () => {
  local.github.injectFault({ kind: 'lifetime', seconds: -5 });
  const result = await local.run({ workflow: workflow(assume(chain)) });
  expect(result.conclusion).toBe('success');
  expect(local.github.issuedTokens).toHaveLength(2);
});

test("by AWS's clock as well, once", async () => {
  local.aws.injectFault({
    kind: 'error',
    status: 400,
    code: 'ExpiredTokenException',
    message: 'Token expired: …',
    action: 'AssumeRoleWithWebIdentity',
  });
  const result = await local.run({ workflow: workflow(assume(chain)) });
  expect(result.conclusion).toBe('success');
  expect(local.github.issuedTokens).toHaveLength(2);
});

test('a clock that is off is corrected once, for all hops', async () => {
  local.aws.advanceClock(-3600);
  const keys = { 'access-key-id': ciUser.accessKeyId, 'secret-access-key': '${{ secrets.KEY }}' };
  const result = await local.run({
    workflow: workflow(assume({ ...chain, ...keys })),
    secrets: { KEY: ciUser.secretAccessKey },
  });
  expect(result.conclusion).toBe('success');
  expect(local.aws.requests.map(({ action, errorCode }) => [action, errorCode])).toEqual([
    ['AssumeRole', 'SignatureDoesNotMatch'],
    ['AssumeRole', undefined],
    ['AssumeRole', undefined],
    ['GetCallerIdentity', 'SignatureDoesNotMatch'],
    ['GetCallerIdentity', undefined],
  ]);
});

test('propagation-wait-seconds waits for a role made moments ago', async () => {
  local.aws.injectFault({
    kind: 'error',
    status: 403,
    code: 'AccessDenied',
    message: 'User: x is not authorized to perform: sts:AssumeRole on resource: y',
    action: 'AssumeRole',
    times: 3,
  });
  const result = await local.run({
    workflow: workflow(assume({ ...chain, 'propagation-wait-seconds': '60', 'max-attempts': '1' })),
  });
  expect(result.conclusion).toBe('success');
  expect(retries(stepOf(result).lines)).toHaveLength(3);
});

describe('what hangs ends on time', () => {
  test.each(['before-headers', 'headers', 'body'] as const)(
    'STS, %s: timeout-seconds names itself',
    async (phase) => {
      local.aws.injectFault({ kind: 'hang', phase, times: Infinity });
      const result = await local.run({ workflow: workflow(assume({ ...chain, 'timeout-seconds': '1' })) });
      const step = stepOf(result);
      expect(step.annotations[0]).toMatchObject({
        title: 'Stopped',
        message: expect.stringMatching(
          /^timeout-seconds \(1\) ran out while waiting for AssumeRoleWithWebIdentity of arn:\S+ \(hop 1 of 2\)$/,
        ),
      });
      expect(step.milliseconds).toBeLessThan(5000);
      expect(leftNothing(step)).toBe(true);
    },
  );

  test('the ID token service', async () => {
    local.github.injectFault({ kind: 'hang', times: Infinity });
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'timeout-seconds': '1' })) });
    expect(stepOf(result).annotations[0]?.message).toBe(
      "timeout-seconds (1) ran out while waiting for GitHub's OIDC token",
    );
    expect(stepOf(result).milliseconds).toBeLessThan(5000);
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
    expect(shown(step)).toContain('The step was cancelled while waiting for AssumeRole of');
    expect(step.milliseconds).toBeLessThan(5000);
  });
});

describe('a proxy', () => {
  const user = { name: 'ci', password: 'pass word/of-the-proxy' };
  let proxy: LocalProxy;
  beforeEach(async () => {
    const id = new URL(local.github.requestUrl);
    proxy = await startLocalProxy({ sts: local.aws.url, 'tokens.internal': id.origin }, user);
    const { claims, ...github } = local.github;
    tokens = { ...github, claims, requestUrl: `http://tokens.internal${id.pathname}${id.search}` };
  });
  afterEach(() => proxy.close());
  let tokens: LocalServices['github'];

  const inputs = { ...chain, 'sts-endpoint': 'http://sts', 'verify-identity': 'false' };

  test.each(['http_proxy', 'HTTP_PROXY'])(
    'of %s is used for the ID token and for STS alike, its password masked',
    async (name) => {
      const machineEnv = { [name]: proxy.url };
      const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv, idToken: tokens });
      expect(result.conclusion).toBe('success');
      expect(proxy.asked).toEqual(['GET tokens.internal', 'POST sts', 'POST sts']);
      expect(result.masks).toContain(user.password);
    },
  );

  test('that cannot be used is told, rather than passed by', async () => {
    const machineEnv = { HTTP_PROXY: 'socks5://user:hunter2pass@127.0.0.1:9' };
    const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv, idToken: tokens });
    expect(stepOf(result).annotations[0]).toMatchObject({
      title: 'One setting is wrong',
      message: expect.stringMatching(/^HTTP_PROXY: is not the URL of a proxy/),
    });
    expect(result.masks).toContain('hunter2pass');
    expect([proxy.asked, local.aws.requests]).toEqual([[], []]);
  });

  test('that refuses the password says so', async () => {
    const machineEnv = { http_proxy: proxy.url.replace('pass', 'fail'), no_proxy: '127.0.0.1' };
    const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv });
    expect(result.conclusion).toBe('failure');
    expect(stepOf(result).annotations[0]).toMatchObject({ title: 'The proxy wants a password' });
    const onTheWayToTheToken = await local.run({
      workflow: workflow(assume(inputs)),
      machineEnv: { http_proxy: machineEnv.http_proxy },
      idToken: tokens,
    });
    expect(stepOf(onTheWayToTheToken).annotations[0]).toMatchObject({
      title: 'No OIDC token',
      message: expect.stringContaining('The proxy on the way to GitHub'),
    });
  });

  test.each(['no_proxy', 'NO_PROXY'])('is passed by for the hosts of %s', async (name) => {
    const machineEnv = { http_proxy: proxy.url, [name]: '127.0.0.1' };
    const result = await local.run({
      workflow: workflow(assume({ ...chain, 'verify-identity': 'false' })),
      machineEnv,
    });
    expect(result.conclusion).toBe('success');
    expect(proxy.asked).toEqual([]);
  });
});
