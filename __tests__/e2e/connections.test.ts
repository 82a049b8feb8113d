import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../../local/certificate.ts';
import { startLink, type Link, type LinkEvent } from '../../local/link.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, postOf, shown, workflow } from '../workflows.ts';

/**
 * In which order connections are opened over TLS. Answers wait for what must come before them, so that no test
 * depends on time.
 */

const https = selfSigned();
let folder: string;
let certificate: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'connections-'));
  certificate = join(folder, 'certificate.pem');
  writeFileSync(certificate, https.cert);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let services: LocalServices;
let links: { token: Link; sts: Link };
let events: LinkEvent[];
/** Resolves when STS has received a ClientHello. */
let hello: PromiseWithResolvers<undefined>;

beforeEach(async () => {
  services = await startLocalServices();
  events = [];
  hello = Promise.withResolvers();
  const record = (event: LinkEvent): void => {
    events.push(event);
    if (event.link === 'sts' && event.event === 'hello') hello.resolve(undefined);
  };
  const { origin } = new URL(services.github.requestUrl);
  links = {
    token: await startLink({ name: 'token', target: origin, https, record, until: () => hello.promise }),
    sts: await startLink({ name: 'sts', target: services.aws.url, https, record }),
  };
});
afterEach(async () => {
  await Promise.all([links.token.close(), links.sts.close()]);
  await services.close();
});

function run(inputs: Readonly<Record<string, string>>): Promise<RunResult> {
  const { pathname, search } = new URL(services.github.requestUrl);
  return services.run({
    workflow: workflow(assume(inputs)),
    idToken: {
      requestUrl: links.token.url + pathname + search,
      requestToken: services.github.requestToken,
    },
    machineEnv: { AWS_ENDPOINT_URL: links.sts.url, NODE_EXTRA_CA_CERTS: certificate },
  });
}

const count = (link: string, event: LinkEvent['event']): number =>
  events.filter((one) => one.link === link && one.event === event).length;

describe('over TLS', () => {
  test("STS's ClientHello comes before the token service's answer, and two hops share a connection", async () => {
    const result = await run({ ...chain, 'verify-identity': 'false' });
    expect(result.conclusion).toBe('success');
    const order = events.map(({ link, event }) => `${link} ${event}`);
    expect(order.indexOf('sts hello')).toBeLessThan(order.indexOf('token answer'));
    expect([count('token', 'connection'), count('sts', 'connection')]).toEqual([1, 1]);
  });

  test('the post opens one connection more', async () => {
    const result = await run(chain);
    expect(shown(postOf(result))).toContain('Verified');
    expect([count('token', 'connection'), count('sts', 'connection')]).toEqual([1, 2]);
  });

  test('an invalid input: no request, and no connection to STS', async () => {
    const result = await run({ ...chain, 'duration-seconds': '1' });
    expect(result.conclusion).toBe('failure');
    expect(events.filter(({ link, event }) => link === 'sts' || event === 'answer')).toEqual([]);
    expect([services.github.requests.length, services.aws.requests.length]).toEqual([0, 0]);
  });

  test('the token service is not connected to where an input names other base credentials', async () => {
    const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'x'.repeat(40) };
    await run({ ...chain, ...keys, 'duration-seconds': '1' });
    expect(events).toEqual([]);
  });
});
