import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FaultEffect } from '../../local/aws/faults.ts';
import { startLocalServices, user as ciUser, type LocalServices } from '../../local/services.ts';
import { chain, assume, leftNothing, stepOf, workflow } from '../workflows.ts';

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
    ['a response that is cut off', { kind: 'cut-short' }, 'AnswerCutShort: the response was cut off'],
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

  test.each<[FaultEffect['kind'], RegExp]>([
    [
      'cut-short',
      /^The response from STS in us-east-1 \(\S+\) was cut off, 2 times in a row \(AnswerCutShort\): /,
    ],
    ['reset', /^The connection to STS in us-east-1 \(\S+\) was closed without a response, 2 times in a row /],
  ])('a connection that broke is not called one that could not be opened: %s', async (kind, first) => {
    local.aws.injectFault({ kind, times: Infinity } as Parameters<typeof local.aws.injectFault>[0]);
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '2' })) });
    expect(stepOf(result).annotations[0]).toMatchObject({ title: 'Connection failed' });
    expect(stepOf(result).annotations[0]?.message).toMatch(first);
    expect(leftNothing(stepOf(result))).toBe(true);
  });

  test('no more often than max-attempts', async () => {
    local.aws.injectFault({ kind: 'throttle', times: Infinity });
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '3' })) });
    expect(local.aws.requests).toHaveLength(3);
    expect(stepOf(result).annotations[0]?.message).toContain('after 3 attempts');
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
      title: 'OIDC token request refused',
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
