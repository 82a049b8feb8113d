import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IssuerFault } from '../../../local/github/issuer.ts';
import { startLocalServices, type LocalServices } from '../../../local/services.ts';
import { once, runTwice } from './setup.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const issuerFaults: IssuerFault[] = [
  { kind: 'status', status: 403, body: '{"message":"no"}' },
  { kind: 'reset', times: Infinity },
  { kind: 'html' },
  { kind: 'not-a-jwt' },
  { kind: 'no-value' },
  { kind: 'lifetime', seconds: -60 },
];
describe.each([false, true])('with debug %j', (debug) => {
  test.each(issuerFaults)('the ID token fails: %j', async (fault) => {
    local.github.injectFault(fault);
    const result = await runTwice(local, once, debug);
    expect(result.leaks).toEqual([]);
  });
});
