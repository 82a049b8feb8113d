import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mayAskForIdToken, requestIdToken } from '../../../src/sources/id-token.ts';
import { secret } from '../../../src/github/masks.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { Connections } from '../../../src/sts/connections.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
let server: Server;
let reply = { status: 200, body: '' };
let asked: { url: string | undefined; authorization: string | undefined } | undefined;

beforeEach(async () => {
  runner = beRunner();
  server = createServer((request, response) => {
    asked = { url: request.url, authorization: request.headers.authorization };
    response.writeHead(reply.status).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  runner.end();
  server.close();
});

const ask = (audience = 'sts.amazonaws.com'): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  return requestIdToken(
    {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/t?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-of-the-job',
    },
    audience,
    secret,
    new Connections({}),
    new AbortController().signal,
  );
};

test('whether the job may ask', () => {
  expect(mayAskForIdToken({ ACTIONS_ID_TOKEN_REQUEST_URL: 'u', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' })).toBe(
    true,
  );
  expect(mayAskForIdToken({ ACTIONS_ID_TOKEN_REQUEST_URL: 'u' })).toBe(false);
  expect(mayAskForIdToken({})).toBe(false);
});

test('asks with bearer and audience; both token and bearer are registered', async () => {
  reply = { status: 200, body: '{"value":"the-id-token"}' };
  expect(await ask('a b&c')).toBe('the-id-token');
  expect(asked).toEqual({
    url: '/t?api-version=2.0&audience=a+b%26c',
    authorization: 'Bearer bearer-of-the-job',
  });
  expect(runner.printed).toEqual(['::add-mask::bearer-of-the-job', '::add-mask::the-id-token']);
});

test.each([
  [403, '{"message":"Forbidden"}', 'HTTP 403', 'Forbidden', false],
  [
    403,
    `{"message":"Can't issue ID_TOKEN for job in 'Delayed' state."}`,
    'HTTP 403',
    "Can't issue ID_TOKEN",
    true,
  ],
  [500, 'oops', 'HTTP 500', 'not in the format of the service', true],
  [200, '<html>Please sign in</html>', 'HTTP 200', 'not in the format of the service', false],
  [429, '', 'HTTP 429', 'no message', true],
  [200, '{}', 'HTTP 200', 'the answer has no token', false],
  [200, '{"value":""}', 'HTTP 200', 'the answer has no token', false],
  [200, 'null', 'HTTP 200', 'not in the format of the service', false],
  [302, '', 'HTTP 302', 'no message', false],
])('%i %s', async (status, body, code, text, transient) => {
  reply = { status, body };
  const error: unknown = await ask().catch((thrown: unknown) => thrown);
  expect(readAnswer(error)).toMatchObject({ code, text: expect.stringContaining(text), transient, status });
});
