import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalProxy, type LocalProxy } from '../../local/proxy.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

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

  test('that cannot be used is reported, not ignored', async () => {
    const machineEnv = { HTTP_PROXY: 'socks5://user:hunter2pass@127.0.0.1:9' };
    const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv, idToken: tokens });
    expect(stepOf(result).annotations[0]).toMatchObject({
      title: 'Invalid setting',
      message: expect.stringMatching(
        /^HTTP_PROXY: is a SOCKS proxy, and only HTTP proxies are supported, .*; its value is not shown$/,
      ),
    });
    expect(result.masks).toContain('hunter2pass');
    expect([proxy.asked, local.aws.requests]).toEqual([[], []]);
  });

  test('that refuses the password says so', async () => {
    const machineEnv = { http_proxy: proxy.url.replace('pass', 'fail'), no_proxy: '127.0.0.1' };
    const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv });
    expect(result.conclusion).toBe('failure');
    expect(stepOf(result).annotations[0]).toMatchObject({ title: 'Proxy authentication required' });
    const onTheWayToTheToken = await local.run({
      workflow: workflow(assume(inputs)),
      machineEnv: { http_proxy: machineEnv.http_proxy },
      idToken: tokens,
    });
    expect(stepOf(onTheWayToTheToken).annotations[0]).toMatchObject({
      title: 'Proxy authentication required',
      message: expect.stringMatching(/^The proxy 127\.0\.0\.1:\d+ \(http_proxy\) requires a user name/),
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
