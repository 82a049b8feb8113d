import { expect, test } from '@jest/globals';
import { readAnswer } from '../../../src/sts/classify.ts';
import type { Connections } from '../../../src/sts/connections.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/sts/exchange.ts';
import { Organizations } from '../../../src/sts/organizations.ts';
import { keys } from './plans.ts';

const { signal } = new AbortController();

function ours(status: number, body: unknown, headers: Record<string, string> = {}) {
  const seen: { url: string; headers: Readonly<Record<string, string>>; body: string }[] = [];
  const send = (url: URL, asked: HttpRequest): Promise<HttpAnswer> => {
    seen.push({ url: url.href, headers: asked.headers, body: asked.body ?? '' });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return Promise.resolve({
      status,
      headers: { 'x-amzn-requestid': 'r-1', ...headers },
      body: Buffer.from(text),
    });
  };
  const settings = {
    partition: 'aws',
    endpoint: 'http://localhost:4566',
    useFips: false,
    useDualstack: false,
  };
  return { organizations: new Organizations(settings, keys, { send } as unknown as Connections), seen };
}

test('a request, and its page', async () => {
  const { organizations, seen } = ours(200, {
    Accounts: [{ Id: '222222222222', Joined: 1.5 }],
    NextToken: 'n',
  });
  const page = await organizations.page('ListAccountsForParent', 'r-abcd', 'm', signal);
  expect(page).toEqual({ items: [{ Id: '222222222222' }], next: 'n' });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    url: 'http://localhost:4566/',
    body: '{"ParentId":"r-abcd","NextToken":"m"}',
  });
  expect(seen[0]?.headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSOrganizationsV20161128.ListAccountsForParent',
    authorization: expect.stringContaining('/us-east-1/organizations/aws4_request'),
  });
});

test('the last page has no token, or an empty one', async () => {
  const { organizations, seen } = ours(200, { Roots: [{ Id: 'r-abcd' }], NextToken: '' });
  expect((await organizations.page('ListRoots', undefined, undefined, signal)).next).toBeUndefined();
  expect(seen[0]?.body).toBe('{}');
  const tags = ours(200, { Tags: [{ Key: 'Env', Value: '' }] }).organizations;
  expect((await tags.page('ListTagsForResource', '222222222222', undefined, signal)).items).toHaveLength(1);
});

const failure = async (...answer: Parameters<typeof ours>) => {
  try {
    await ours(...answer).organizations.page('ListAccountsForParent', 'r-abcd', undefined, signal);
  } catch (error) {
    return readAnswer(error);
  }
  throw new Error('it did not fail');
};

test.each([
  [
    400,
    { __type: 'com.amazonaws.organizations#AccessDeniedException', Message: 'no' },
    {},
    'AccessDeniedException',
  ],
  [
    400,
    { message: 'no' },
    { 'x-amzn-errortype': 'ParentNotFoundException:http://x' },
    'ParentNotFoundException',
  ],
  [400, { code: 'InvalidInputException' }, {}, 'InvalidInputException'],
])('an error, %j', async (status, body, headers, code) => {
  const answer = await failure(status, body, headers);
  expect(answer).toMatchObject({ code, from: 'service', status, requestId: 'r-1', transient: false });
});

test('throttling', async () => {
  const answer = await failure(400, { __type: 'TooManyRequestsException', Message: 'slow down' });
  expect(answer).toMatchObject({ throttled: true, transient: true });
});

test.each([
  [200, '<html></html>'],
  [200, 'null'],
  [200, {}],
  [200, { Accounts: [{ Name: 'a' }] }],
  [200, { Accounts: [{ Id: '../x' }] }],
  [200, { Accounts: [null] }],
  [403, {}],
])('%i %j is not an answer of Organizations', async (status, body) => {
  expect(await failure(status, body)).toMatchObject({ from: 'other', code: `HTTP ${String(status)}` });
});
