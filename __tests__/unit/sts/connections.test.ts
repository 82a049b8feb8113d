import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerLimit, collected, Connections } from '../../../src/sts/connections.ts';

describe('an answer', () => {
  test('is taken up to the limit', async () => {
    const chunks = [Buffer.alloc(answerLimit - 1), Buffer.from('x')];
    const all = await collected(Readable.from(chunks));
    expect([all.length, all.at(-1)]).toEqual([answerLimit, 'x'.charCodeAt(0)]);
  });

  test('without an end is ended', async () => {
    function* flood(): Generator<Buffer> {
      for (;;) yield Buffer.alloc(65_536);
    }
    const source = Readable.from(flood());
    await expect(collected(source)).rejects.toMatchObject({ name: 'AnswerTooLarge' });
    expect(source.destroyed).toBe(true);
  });

  test('that breaks off is none', async () => {
    const source = new Readable({ read: () => undefined });
    const reading = collected(source);
    source.destroy(new Error('reset'));
    await expect(reading).rejects.toThrow('reset');
  });
});

describe('a GET request', () => {
  let server: Server;
  let sockets = 0;
  const at = (path: string): URL =>
    new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  beforeEach(async () => {
    sockets = 0;
    server = createServer((request, response) => {
      if (request.url === '/broken')
        response.writeHead(200, { 'content-length': 9 }).write('half', () => request.socket.destroy());
      else if (request.url === '/never') response.writeHead(200).write('half');
      else if (request.url === '/elsewhere') response.writeHead(302, { location: '/' }).end();
      else response.end(`${request.method ?? ''} ${request.headers.authorization ?? ''}`);
    }).on('connection', () => sockets++);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is answered, and leaves its connection to the next; what redirects is not followed', async () => {
    const connections = new Connections({});
    const { signal } = new AbortController();
    const get = (path: string) => connections.get(at(path), { authorization: 'Bearer' }, signal);
    expect(await get('/')).toEqual({ status: 200, body: 'GET Bearer' });
    expect(await get('/elsewhere')).toEqual({ status: 302, body: '' });
    expect(sockets).toBe(1);
    connections.close();
  });

  test('that breaks, or is given up, fails', async () => {
    const connections = new Connections({});
    const { signal } = new AbortController();
    await expect(connections.get(at('/broken'), {}, signal)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const stop = new AbortController();
    const never = connections.get(at('/never'), {}, stop.signal);
    await once(server, 'connection');
    stop.abort(new Error('enough'));
    await expect(never).rejects.toThrow();
    await expect(connections.get(new URL('http://127.0.0.1:1/'), {}, signal)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    connections.close();
  });
});
