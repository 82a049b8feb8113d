import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTokenService } from '../../../src/sources/open-token-service.ts';

let server: Server;
let environment: Record<string, string>;
let sockets = 0;
let asked: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  server.on('connection', () => sockets++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
  };
});
beforeEach(() => {
  [sockets, asked] = [0, []];
});
afterAll(() => {
  server.close();
});

test('the request for a token uses the connection that was opened, with the path that is known later', async () => {
  const connected = once(server, 'connection');
  const connections = await openTokenService({ ...environment, 'INPUT_CREDENTIAL-SOURCE': 'auto' });
  await connected;
  expect(asked).toEqual([]);
  const url = new URL(`${environment['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=me`);
  await connections?.send(url, { method: 'GET', headers: {} }, AbortSignal.timeout(10_000));
  expect([asked, sockets]).toEqual([['/token?v=1&audience=me'], 1]);
  connections?.close();
});

const elsewhere: [string, Record<string, string>][] = [
  ['no permission to ask for a token', { ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' }],
  ['keys', { 'INPUT_ACCESS-KEY-ID': 'AKIAIOSFODNN7EXAMPLE' }],
  ['a token file', { 'INPUT_WEB-IDENTITY-TOKEN-FILE': 'token' }],
  ['another source', { 'INPUT_CREDENTIAL-SOURCE': 'ambient' }],
  ['credentials that may be used again', { 'INPUT_MIN-REMAINING-SECONDS': '900' }],
  ['a proxy, which the request itself must find', { HTTPS_PROXY: 'http://proxy.example.com:3128' }],
  ['a URL that is none', { ACTIONS_ID_TOKEN_REQUEST_URL: 'token' }],
  ['certificate checks turned off', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
];
test.each(elsewhere)('%s: nothing is opened', async (_, more) => {
  expect(await openTokenService({ ...environment, ...more })).toBeUndefined();
  expect(sockets).toBe(0);
});

test('with the inputs of a step that leaves them out', async () => {
  const connected = once(server, 'connection');
  const given = { 'INPUT_ACCESS-KEY-ID': 'none', 'INPUT_MIN-REMAINING-SECONDS': '0' };
  const connections = await openTokenService({ ...environment, ...given });
  await connected;
  connections?.close();
});
