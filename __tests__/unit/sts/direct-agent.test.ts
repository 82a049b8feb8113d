import { once } from 'node:events';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createSecureContext } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { selfSigned } from '../../../local/certificate.ts';
import { DirectAgent } from '../../../src/sts/direct-agent.ts';

const https = selfSigned('sts.example.com');
const settings = {
  keepAlive: true,
  // Every name is this machine.
  lookup: (_host: string, _options: object, callback: (error: null, address: never) => void): void => {
    callback(null, [{ address: '127.0.0.1', family: 4 }] as never);
  },
} as const;
let server: Server;
let port: number;
let connections = 0;
let agent: DirectAgent | undefined;

beforeAll(async () => {
  server = createServer(https, (asked, response) => {
    const socket = asked.socket as unknown as { servername?: string | false; isSessionReused(): boolean };
    response.end(JSON.stringify([asked.headers.host, socket.servername, socket.isSessionReused()]));
  }).on('secureConnection', () => connections++);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  agent?.destroy();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const trusting = (): DirectAgent =>
  (agent = new DirectAgent(settings, () => createSecureContext({ ca: https.cert })));

async function get(url: string, by: DirectAgent, options: object = {}): Promise<unknown> {
  const asked = request(url, { agent: by, ...options } as RequestOptions).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return JSON.parse(await text(answer));
}

test('the host is named to the server, and its certificate must be for it', async () => {
  const at = `sts.example.com:${port}`;
  expect(await get(`https://${at}/`, trusting())).toEqual([at, 'sts.example.com', false]);
  await expect(get(`https://sts.example.org:${port}/`, trusting())).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await expect(
    get(`https://${at}/`, (agent = new DirectAgent(settings, () => createSecureContext()))),
  ).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('a connection serves one request after another, and a session serves the next connection', async () => {
  const by = trusting();
  const url = `https://127.0.0.1:${port}/`;
  const before = connections;
  expect(await get(url, by)).toEqual([`127.0.0.1:${port}`, false, false]);
  expect(await get(url, by)).toEqual([`127.0.0.1:${port}`, false, false]);
  expect(connections - before).toBe(1);
  server.closeIdleConnections();
  by.destroy();
  expect(await get(url, by)).toEqual([`127.0.0.1:${port}`, false, true]);
});

test('TLS is set up when the TCP handshake is under way', async () => {
  const order: string[] = [];
  const context = createSecureContext({ ca: https.cert });
  agent = new DirectAgent(settings, () => {
    order.push('context');
    return context;
  });
  const attempted = (): void => {
    order.push('attempted');
  };
  await get(`https://127.0.0.1:${port}/`, agent, { attempted });
  expect(order.slice(0, 2)).toEqual(['attempted', 'context']);
});

test.each(['https://127.0.0.1:1/', 'https://sts.example.com:1/'])(
  'a refused connection to %s fails the request',
  async (url) => {
    await expect(get(url, trusting())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  },
);

test('a connection that breaks in the TLS handshake fails the request', async () => {
  const resets = createTcpServer((socket) => socket.resetAndDestroy());
  await once(resets.listen(0, '127.0.0.1'), 'listening');
  const url = `https://127.0.0.1:${(resets.address() as AddressInfo).port}/`;
  await expect(get(url, trusting())).rejects.toMatchObject({ code: 'ECONNRESET' });
  resets.close();
});

test('TLS that cannot be set up fails the request', async () => {
  agent = new DirectAgent(settings, () => createSecureContext({ ciphers: 'none' }));
  await expect(get(`https://127.0.0.1:${port}/`, agent)).rejects.toMatchObject({
    code: 'ERR_SSL_NO_CIPHER_MATCH',
  });
});

test('a connection that is not open yet is closed with the agent', async () => {
  // The name is never resolved.
  const by = new DirectAgent({ lookup: () => undefined }, () => createSecureContext());
  const failed = once(request('https://sts.example.com/', { agent: by }), 'response');
  by.destroy();
  await expect(failed).rejects.toMatchObject({ code: 'ECONNRESET', message: 'socket hang up' });
});
