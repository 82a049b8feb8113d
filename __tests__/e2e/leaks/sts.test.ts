import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../local/aws/faults.ts';
import { startLocalServices, type LocalServices } from '../../../local/services.ts';
import { once, runTwice } from './setup.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

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
describe.each([false, true])('with debug %j', (debug) => {
  test.each(faults)('%s fails: %j', async (_name, fault) => {
    local.aws.injectFault(fault);
    const result = await runTwice(local, once, debug);
    expect(result.leaks).toEqual([]);
  });
});
