import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, expect, jest, test } from '@jest/globals';
import { selfSigned } from '../../../local/certificate.ts';
import { Connections } from '../../../src/sts/connections.ts';
import type { Asked } from '../../../src/sts/exchange.ts';

const post: Asked = { method: 'POST', headers: {}, body: 'later' };
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
