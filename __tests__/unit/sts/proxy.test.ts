import { expect, test } from '@jest/globals';
import { proxyFaults, proxyPasswords, withProxies } from '../../../src/sts/proxy.ts';

test.each([
  'http://proxy.example.com:3128',
  'https://proxy.example.com',
  'http://user:p%20w@proxy:1',
  'proxy.example.com:3128',
  'user:secret@10.0.0.1:3128',
  ' http://proxy ',
])('%s can be used', (value) => {
  expect(proxyFaults({ HTTPS_PROXY: value }, '24.5.0')).toEqual([]);
});

test.each(['not a url', 'socks5://proxy:1080', 'http://u:%2pass@proxy', 'http://%2u@proxy', 'ftp://proxy'])(
  '%s is a fault, and is not shown',
  (value) => {
    const [fault] = proxyFaults({ http_proxy: value }, '24.19.0');
    expect(fault?.name).toBe('http_proxy');
    expect(fault?.text).not.toContain(value);
  },
);

test.each([
  ['24.4.1', 1],
  ['22.20.0', 1],
  ['24.5.0', 0],
  ['25.0.0', 0],
])('Node.js %s supports proxies: %i faults', (version, count) => {
  if (count > 0)
    for (const { name, text } of proxyFaults({ https_proxy: 'http://proxy:1' }, version))
      expect(`${name} ${text}`).toBe(
        `https_proxy is set, but Node.js ${version} of this runner cannot use a proxy for STS: update the runner (Node.js 24.5 or later), or unset it`,
      );

  expect(
    proxyFaults({ https_proxy: 'http://proxy:1', NO_PROXY: 'x', HTTP_PROXY: ' ' }, version),
  ).toHaveLength(count);
});

test('host and port alone mean http', () => {
  expect(withProxies({ HTTP_PROXY: 'proxy:1', https_proxy: 'https://p', OTHER: 'x' })).toEqual({
    HTTP_PROXY: 'http://proxy:1',
    https_proxy: 'https://p',
    OTHER: 'x',
    NO_PROXY: 'localhost,127.0.0.1,[::1]',
    no_proxy: 'localhost,127.0.0.1,[::1]',
  });
});

test('passwords, encoded and decoded, with a scheme and without', () => {
  expect(
    proxyPasswords({
      HTTPS_PROXY: 'http://u:p%20w@proxy:1',
      http_proxy: 'http://proxy:1',
      ALL_PROXY: 'u:other@proxy:1',
      all_proxy: 'http://u:%zz@p',
    }),
  ).toEqual(['p%20w', 'p w', 'other', 'other', '%zz']);
  expect(proxyPasswords({ HTTP_PROXY: 'user:hunter2@127.0.0.1:9' })).toEqual(['hunter2', 'hunter2']);
});

test('a name that passes the proxy by does so with its subdomains; so does this machine', () => {
  const entries = (environment: NodeJS.ProcessEnv): string[] =>
    (withProxies(environment)['no_proxy'] ?? '').split(',');
  const given = 'amazonaws.com, .example.org *.a.b 10.0.0.1 *';
  expect(entries({ NO_PROXY: given })).toEqual([
    ...['amazonaws.com', '.example.org', '*.a.b', '10.0.0.1', '*', '.amazonaws.com'],
    ...['localhost', '127.0.0.1', '[::1]'],
  ]);
  expect(entries({ no_proxy: 'x.y', NO_PROXY: 'z' })[0]).toBe('x.y');
  const upper = withProxies({ no_proxy: 'x.y', NO_PROXY: 'zz' })['NO_PROXY'];
  expect(upper).toMatch(/^zz,\.zz,localhost/);
  expect(withProxies({ NO_PROXY: 'z' })['no_proxy']).toMatch(/^z,/);
  expect(withProxies({ no_proxy: 'z' })['NO_PROXY']).toMatch(/^z,/);
  expect(entries({ no_proxy: ' a-b.c ,, x:443 1a [::2] ' })).toEqual([
    ...['a-b.c', 'x:443', '1a', '[::2]', '.a-b.c', '.1a', 'localhost', '127.0.0.1', '[::1]'],
  ]);
});
