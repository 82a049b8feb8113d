import { expect, test } from '@jest/globals';
import { routeNotes, routeTo } from '../../../src/sts/route.ts';

const sts = new URL('https://sts.eu-west-1.amazonaws.com');
const ca = { NODE_EXTRA_CA_CERTS: '/etc/ca.pem' };
const trusted =
  "Certificates trusted besides Node.js's own: those of /etc/ca.pem (set by the variable NODE_EXTRA_CA_CERTS).";

test.each([
  [{}, []],
  [
    { HTTPS_PROXY: 'http://user:hunter2@proxy.corp:3128' },
    ['Proxy for STS: proxy.corp:3128 (set by the variable HTTPS_PROXY).'],
  ],
  [{ HTTPS_PROXY: 'http://proxy.corp:3128', NO_PROXY: '.amazonaws.com' }, []],
  [{ HTTP_PROXY: 'http://proxy.corp:3128' }, []],
  [ca, [trusted]],
  [
    { ...ca, https_proxy: 'proxy.corp' },
    ['Proxy for STS: proxy.corp:80 (set by the variable https_proxy).', trusted],
  ],
])('%j is logged as %j', (environment, notes) => {
  expect(routeNotes(sts, environment)).toEqual(notes);
});

test('what the variables say of TLS does not matter without it', () => {
  expect(routeNotes(new URL('http://127.0.0.1:4566'), { ...ca, http_proxy: 'http://proxy.corp' })).toEqual(
    [],
  );
});

test.each([
  ['https://sts.eu-west-1.amazonaws.com', { HTTPS_PROXY: 'https://proxy.corp' }, 'proxy.corp:443'],
  ['http://example.com', { http_proxy: 'http://proxy.corp' }, 'proxy.corp:80'],
  ['https://sts.eu-west-1.amazonaws.com', { HTTPS_PROXY: 'not a URL' }, undefined],
  ['https://127.0.0.1:4566', { HTTPS_PROXY: 'http://proxy.corp' }, undefined],
  ['https://localhost', { HTTPS_PROXY: 'http://proxy.corp', NO_PROXY: 'example.com' }, undefined],
])('the way to %s with %j', (url, environment, address) => {
  const route = routeTo(new URL(url), environment);
  expect(route.kind === 'proxy' ? route.address : undefined).toBe(address);
});

test.each([
  ['sts.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com'],
  ['amazonaws.com', 'amazonaws.com'],
  ['*.amazonaws.com', '*.amazonaws.com'],
  ['example.com sts.eu-west-1.amazonaws.com:443', 'sts.eu-west-1.amazonaws.com:443'],
  ['*', '*'],
])('NO_PROXY %s excludes the host by its own entry', (NO_PROXY, entry) => {
  expect(routeTo(sts, { HTTPS_PROXY: 'http://proxy.corp', NO_PROXY })).toEqual({
    ...{ kind: 'excluded', variable: 'NO_PROXY', entry },
  });
});
