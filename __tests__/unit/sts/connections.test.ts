import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Connections } from '../../../src/sts/connections.ts';
import type { HttpRequest } from '../../../src/sts/exchange.ts';
import { answerLimit } from '../../../src/sts/exchange.ts';

describe('a request', () => {
  let server: Server;
  let sockets = 0;
  let requests = 0;
  const at = (path: string): URL =>
    new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  beforeEach(async () => {
    sockets = 0;
    requests = 0;
    server = createServer((request, response) => {
      requests++;
      const { method = '', url = '' } = request;
      if (url === '/broken')
        response.writeHead(200, { 'content-length': 9 }).write('half', () => request.socket.destroy());
      else if (url === '/never') response.writeHead(200).write('half');
      else if (url === '/elsewhere') response.writeHead(302, { location: '/' }).end();
      else if (url.startsWith('/long')) response.end(Buffer.alloc(answerLimit + Number(url.slice(-1))));
      else
        void text(request).then((body) =>
          response.end(`${method} ${request.headers.authorization ?? ''} ${body}`),
        );
    }).on('connection', () => sockets++);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const { signal } = new AbortController();
  const get = { method: 'GET', headers: { authorization: 'Bearer' } } as const;

  test('is answered, and leaves its connection to the next; what redirects is not followed', async () => {
    const connections = new Connections({});
    const told = async (path: string, asked: HttpRequest = get): Promise<unknown> => {
      const { status, body } = await connections.send(at(path), asked, signal);
      return [status, Buffer.from(body).toString()];
    };
    expect(await told('/')).toEqual([200, 'GET Bearer ']);
    expect(await told('/', { method: 'POST', headers: {}, body: 'all of it' })).toEqual([
      200,
      'POST  all of it',
    ]);
    expect(await told('/elsewhere')).toEqual([302, '']);
    expect(sockets).toBe(1);
    connections.close();
  });

  /** Node.js warns of eleven, on stderr, which is the log of a step with many accounts. */
  test('leaves no listener on the connection that it got from another', async () => {
    const connections = new Connections({});
    const listeners = async (): Promise<unknown> => {
      await connections.send(at('/'), get, signal);
      await turn();
      const [socket] = Object.values(connections.agents().httpAgent.freeSockets).flat();
      return socket?.eventNames().map((name) => [name, socket.listenerCount(name)]);
    };
    const first = await listeners();
    expect(first).toContainEqual(['error', expect.any(Number)]);
    for (let more = 0; more < 12; more++) expect(await listeners()).toEqual(first);
    expect(sockets).toBe(1);
    connections.close();
  });

  test('finds the connection that was opened for it', async () => {
    const connections = new Connections({});
    await connections.open(at('/'), { count: 2 });
    await once(server, 'connection');
    const post: HttpRequest = { method: 'POST', headers: {}, body: 'later' };
    expect(requests).toBe(0);
    const answers = await Promise.all([1, 2].map(() => connections.send(at('/'), post, signal)));
    expect(answers.map(({ body }) => Buffer.from(body).toString())).toEqual(['POST  later', 'POST  later']);
    await connections.send(at('/'), post, signal);
    expect([sockets, requests]).toEqual([2, 3]);
    connections.close();
  });

  test('does not find one that was closed meanwhile, and opens another', async () => {
    const connections = new Connections({});
    const [opened] = await Promise.all([once(server, 'connection'), connections.open(at('/'))]);
    const [socket] = opened as [Socket];
    // Closed by the other side before anything was asked: no failure of a request.
    const closed = once(socket, 'close');
    socket.end();
    await closed;
    await turn();
    const { status } = await connections.send(at('/'), { method: 'POST', headers: {} }, signal);
    expect([status, sockets]).toEqual([200, 2]);
    connections.close();
  });

  test('reports why the connection that was opened for it failed', async () => {
    const connections = new Connections({});
    const nowhere = new URL('http://127.0.0.1:1/');
    await connections.open(nowhere);
    await expect(connections.send(nowhere, { method: 'POST', headers: {} }, signal)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    connections.close();
  });

  test('with an answer that is too long is ended', async () => {
    const connections = new Connections({});
    const { body } = await connections.send(at('/long?0'), get, signal);
    expect(body).toHaveLength(answerLimit);
    await expect(connections.send(at('/long?1'), get, signal)).rejects.toMatchObject({
      name: 'AnswerTooLarge',
    });
    connections.close();
  });

  test('that breaks, or is given up, fails', async () => {
    const connections = new Connections({});
    await expect(connections.send(at('/broken'), get, signal)).rejects.toMatchObject({
      ...{ name: 'AnswerCutShort', message: 'the response was cut off after 4 bytes' },
    });
    const stop = new AbortController();
    const never = connections.send(at('/never'), get, stop.signal);
    await once(server, 'connection');
    stop.abort(new Error('enough'));
    await expect(never).rejects.toThrow();
    await expect(connections.send(new URL('http://127.0.0.1:1/'), get, signal)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    connections.close();
  });
});

test.each([
  ['socks5://u:pass@proxy', /^HTTPS_PROXY is a SOCKS proxy(?!.*pass)/],
  ['http://u:p%zz@proxy', /^HTTPS_PROXY is not the URL of a proxy(?!.*p%zz)/],
])('the proxy %s is refused unseen', (proxy, words) => {
  expect(() => new Connections({ HTTPS_PROXY: proxy })).toThrow(words);
});
