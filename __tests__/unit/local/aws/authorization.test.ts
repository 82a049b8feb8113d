import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, sendRaw, type Differences } from '../signed-request.ts';
import { fred, specOf } from '../accounts.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws(specOf());
});
afterAll(() => aws.close());

const who = { Action: 'GetCallerIdentity' };
const withAuthorization = (change: (text: string) => string): Differences => ({
  afterwards: (headers) => ({ ...headers, authorization: change(headers['authorization'] ?? '') }),
});

test('a request without a signature', async () => {
  const answer = await ask(aws, fred, who, {
    afterwards: (headers) => ({ ...headers, authorization: undefined }),
  });
  expect(answer.error).toEqual([
    403,
    'MissingAuthenticationToken',
    'Request is missing Authentication Token',
  ]);
});

describe('a header that is incomplete', () => {
  const header = `Authorization header requires`;
  test.each<[string, Differences, string]>([
    [
      'no signature',
      withAuthorization((text) => text.replace(/, Signature=.*/, '')),
      `${header} 'Signature' parameter.`,
    ],
    [
      'no list of headers',
      withAuthorization((text) => text.replace(/ SignedHeaders=[^,]*,/, '')),
      `${header} 'SignedHeaders' parameter.`,
    ],
    [
      'no credential',
      withAuthorization((text) => text.replace(/Credential=[^,]*, /, '')),
      `${header} 'Credential' parameter.`,
    ],
    [
      'no date',
      { afterwards: (headers) => ({ ...headers, 'x-amz-date': undefined }) },
      `${header} existence of either a 'X-Amz-Date' or a 'Date' header.`,
    ],
    [
      'a date that is none',
      { afterwards: (headers) => ({ ...headers, 'x-amz-date': '20261399T250000Z' }) },
      `Date must be in ISO-8601 'basic format'. Got '20261399T250000Z'.`,
    ],
    [
      'a credential with too few parts',
      withAuthorization((text) => text.replace(/Credential=[^,]*/, 'Credential=AKIAFRED/sts/aws4_request')),
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAFRED/sts/aws4_request'`,
    ],
  ])('%s', async (_, differences, message) => {
    const answer = await ask(aws, fred, who, differences);
    expect(answer.error).toEqual([400, 'IncompleteSignature', message]);
  });

  test('another way of signing', async () => {
    const answer = await sendRaw(aws, {
      method: 'GET',
      path: '/?Action=GetCallerIdentity&Version=2011-06-15',
      headers: { authorization: 'Bearer some-token' },
    });
    expect(answer.error[1]).toBe('IncompleteSignature');
  });
});

describe('a scope of something else', () => {
  test('another service', async () => {
    const answer = await ask(aws, fred, who, { service: 'sns' });
    const message = "Credential should be scoped to correct service: 'sts'. ";
    expect(answer.error).toEqual([403, 'SignatureDoesNotMatch', message]);
  });

  test('any region, unless the endpoint is of one', async () => {
    expect((await ask(aws, fred, who, { region: 'eu-west-1' })).status).toBe(200);
    const regional = await startLocalAws(specOf(), { region: 'eu-central-1' });
    try {
      expect((await ask(regional, fred, who, { region: 'eu-central-1' })).status).toBe(200);
      const message = "Credential should be scoped to a valid region, not 'eu-west-1'. ";
      const answer = await ask(regional, fred, who, { region: 'eu-west-1' });
      expect(answer.error).toEqual([403, 'SignatureDoesNotMatch', message]);
    } finally {
      await regional.close();
    }
  });

  test('another day', async () => {
    const answer = await ask(
      aws,
      fred,
      who,
      withAuthorization((text) => text.replace(/\/\d{8}\//, '/20200229/')),
    );
    expect(answer.error[1]).toBe('SignatureDoesNotMatch');
    expect(answer.error[2]).toMatch(/^Date in Credential scope does not match .* '20200229' != '\d{8}'/);
  });
});

describe('clocks apart', () => {
  const seconds = (by: number): Date => new Date(Date.now() + by * 1000);

  test.each([-14 * 60, 14 * 60])('%d seconds are no matter', async (by) => {
    expect((await ask(aws, fred, who, { date: seconds(by) })).status).toBe(200);
  });

  test('too late', async () => {
    const [status, code, message] = (await ask(aws, fred, who, { date: seconds(-16 * 60) })).error;
    expect([status, code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(message).toMatch(
      /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
    );
  });

  test('too early', async () => {
    const [status, code, message] = (await ask(aws, fred, who, { date: seconds(16 * 60) })).error;
    expect([status, code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(message).toMatch(
      /^Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z \(\d{8}T\d{6}Z \+ 15 min\.\)$/,
    );
  });

  test('SNS allows five minutes', async () => {
    const topics = { Action: 'ListTopics', Version: '2010-03-31' };
    const at = (minutes: number): Promise<{ status: number }> =>
      ask(aws, fred, topics, { service: 'sns', date: seconds(minutes * 60) });
    expect((await at(-4)).status).toBe(200);
    expect((await at(-6)).status).toBe(403);
  });

  test("answers have the server's time", async () => {
    const other = await startLocalAws(specOf());
    try {
      other.advanceClock(7200);
      const answer = await ask(other, fred, who);
      expect(answer.error[2]).toMatch(/^Signature expired/);
      const ahead = Date.parse(answer.headers.date ?? '') - Date.now();
      expect(Math.abs(ahead - 7_200_000)).toBeLessThan(60_000);
      expect((await ask(other, fred, who, { date: seconds(7200) })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

test.each<[string, Differences]>([
  ['a presigned URL', { method: 'GET' }],
  ['a streamed body', { headers: { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' } }],
])('%s is said not to be verified', async (name, differences) => {
  const parameters = name.includes('URL') ? { ...who, 'X-Amz-Signature': 'a'.repeat(64) } : who;
  const answer = await ask(aws, fred, parameters, differences);
  expect(answer.error.slice(0, 2)).toEqual([501, 'NotImplemented']);
});
