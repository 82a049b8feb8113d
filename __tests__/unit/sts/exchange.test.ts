import { once } from 'node:events';
import { createServer as createTcpServer, Socket, type AddressInfo, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer } from 'node:tls';
import { afterEach, expect, jest, test } from '@jest/globals';
import { selfSigned } from '../../../local/certificate.ts';
import { Connections } from '../../../src/sts/connections.ts';
import type { HttpRequest } from '../../../src/sts/exchange.ts';

const post: HttpRequest = { method: 'POST', headers: {}, body: 'later' };
let server: Server;
let sockets: Socket[];
let connections: Connections;

async function serve(made: Server): Promise<URL> {
  server = made;
  sockets = [];
  connections = new Connections({});
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}
afterEach(() => {
  jest.useRealTimers();
  connections.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

const { signal } = new AbortController();

test.each([true, false])(
  'a certificate that is not trusted is refused with its issuer; opened ahead: %s',
  async (ahead) => {
    const url = await serve(createServer(selfSigned()));
    if (ahead) {
      await connections.open(url);
      await once(server, 'tlsClientError');
    }
    await expect(connections.send(url, post, signal)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      certificateIssuer: 'CN=local',
    });
    expect(sockets).toHaveLength(1);
  },
);

test('the time limit of a connection covers its TLS handshake', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const url = await serve(createTcpServer());
  const opened = connections.open(url);
  const [socket] = (await once(server, 'connection')) as [Socket];
  await opened;
  const sent = connections.send(url, post, signal);
  const hello = once(socket, 'data');
  await hello;
  jest.advanceTimersByTime(10_000);
  await expect(sent).rejects.toMatchObject({ name: 'TimeoutError', message: 'no connection within 10 s' });
});

test('a proxy that opens no tunnel has a time limit', async () => {
  const setTimeout = Reflect.get(Socket.prototype, 'setTimeout');
  const limits: number[] = [];
  // Timers of sockets are Node's own, which no test can replace.
  const shortened = jest.spyOn(Socket.prototype, 'setTimeout').mockImplementation(function (
    this: Socket,
    milliseconds,
    callback,
  ) {
    limits.push(milliseconds);
    return setTimeout.call(this, milliseconds / 1000, callback);
  });
  const { host } = await serve(createTcpServer());
  connections = new Connections({ HTTPS_PROXY: `http://${host}` });
  await expect(connections.send(new URL('https://sts.example.com/'), post, signal)).rejects.toMatchObject({
    code: 'ERR_PROXY_TUNNEL',
    message: 'Connection to establish proxy tunnel timed out after 20000ms',
  });
  expect(Math.max(...limits)).toBe(20_000);
  shortened.mockRestore();
});

test('a proxy in whose tunnel nothing answers has a time limit', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const { host } = await serve(createTcpServer());
  connections = new Connections({ HTTPS_PROXY: `http://${host}` });
  const sent = connections.send(new URL('https://sts.example.com/'), post, signal);
  const [socket] = (await once(server, 'connection')) as [Socket];
  await once(socket, 'data');
  const hello = once(socket, 'data');
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  await hello;
  jest.advanceTimersByTime(21_000);
  await expect(sent).rejects.toMatchObject({ name: 'TimeoutError', message: 'no tunnel within 21 s' });
});

test('a header that cannot be sent fails its request, and nothing else', async () => {
  const url = await serve(createTcpServer());
  const wrong: HttpRequest = { method: 'GET', headers: { authorization: 'Bearer a\nb' } };
  await expect(connections.send(url, wrong, signal)).rejects.toMatchObject({ code: 'ERR_INVALID_CHAR' });
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  connections.close();
  await pause(20);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
