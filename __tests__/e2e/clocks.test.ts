import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalServices, user, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, postOf, shown, stepOf, withoutIdToken, workflow } from '../workflows.ts';

/** A proxy in front of STS that sends a wrong `Date` header, while STS itself uses the correct time. */

const hours = (count: number): number => count * 3_600_000;

let local: LocalServices;
let front: Server;
let offset = 0;
beforeEach(async () => {
  local = await startLocalServices();
  front = createServer((request, response) => {
    const { method, headers, url = '/' } = request;
    const onward = ask(new URL(url, local.aws.url), { method, headers }, (answer) => {
      const date = new Date(Date.now() + offset).toUTCString();
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  front.closeAllConnections();
  front.close();
  await local.close();
});

const machineEnv = (): Record<string, string> => ({
  AWS_ENDPOINT_URL: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
});
const actions = (): string[] => local.aws.requests.map(({ action }) => action);

describe.each([-2, 2, 48])('a Date header that is %i hours off', (count) => {
  beforeEach(() => {
    offset = hours(count);
  });

  test('does not count where no signature was refused', async () => {
    const before = Date.now();
    const result = await local.run({ workflow: workflow(assume(chain)), machineEnv: machineEnv() });
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
    const left = Date.parse(stepOf(result).outputs['expiration'] ?? '') - before;
    expect(left).toBeGreaterThan(hours(1) - 2000);
    expect(left).toBeLessThan(hours(1) + 60_000);
    expect(actions()).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole', 'GetCallerIdentity']);
    expect(shown(postOf(result))).toContain('Verified');
  });

  test("makes no profile's session longer or shorter, and no renewal more frequent", async () => {
    const before = Date.now();
    const script = `cmd=$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE" | head -1)
      for n in 1 2 3; do sh -c "$cmd" | grep -o '"Expiration":"[^"]*"'; done`;
    const result = await local.run({
      workflow: workflow(assume({ ...chain, profile: 'customer' }), { name: 'use', run: script }),
      machineEnv: machineEnv(),
    });
    expect(result.conclusion).toBe('success');
    const times = [...shown(stepOf(result, 1)).matchAll(/"Expiration":"(\d[^"]*)"/g)].map(([, time]) => time);
    expect([times.length, new Set(times).size]).toEqual([3, 1]);
    const left = Date.parse(times[0] ?? '') - before;
    // Clients see an expiry that is a minute earlier.
    expect(left).toBeGreaterThan(hours(1) - 62_000);
    expect(left).toBeLessThanOrEqual(hours(1));
    expect(actions().filter((action) => action.startsWith('Assume'))).toHaveLength(2);
  });

  test('does not make an expiry in the past plausible', async () => {
    const Expiration = new Date(Date.now() - 60_000).toISOString();
    local.aws.injectFault({ kind: 'credentials', action: 'AssumeRole', values: { Expiration } });
    const result = await local.run({ workflow: workflow(assume(chain)), machineEnv: machineEnv() });
    expect(stepOf(result).annotations[0]?.message).toContain('they have already expired');
    expect(leftNothing(stepOf(result))).toBe(true);
  });

  test('is tried once where a signature was refused, and exports nothing if that was not the cause', async () => {
    const keys = { 'access-key-id': user.accessKeyId, 'secret-access-key': '${{ secrets.KEY }}' };
    const result = await local.run({
      workflow: withoutIdToken(assume({ ...chain, ...keys })),
      secrets: { KEY: 'another/secret/than/the/one/of/the/key/0' },
      machineEnv: machineEnv(),
    });
    expect(actions()).toEqual(['AssumeRole', 'AssumeRole']);
    expect(stepOf(result).outcome).toBe('failure');
    expect(leftNothing(stepOf(result))).toBe(true);
    expect(result.leaks).toEqual([]);
  });
});
