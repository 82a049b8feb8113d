import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, keysIn, type Differences, type Keys } from '../signed-request.ts';
import { assume, fred, specOf } from '../accounts.ts';

let aws: LocalAws;
let session: Required<Keys>;
beforeAll(async () => {
  aws = await startLocalAws(specOf());
  session = keysIn(await ask(aws, fred, assume()));
});
afterAll(() => aws.close());

const who = { Action: 'GetCallerIdentity' };
const mismatch = [
  403,
  'SignatureDoesNotMatch',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
];
const invalid = [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'];

test.each(['POST', 'GET'])('a good signature, by %s', async (method) => {
  expect((await ask(aws, fred, who, { method })).status).toBe(200);
  expect((await ask(aws, session, who, { method })).status).toBe(200);
});

test.each<[string, Partial<Keys>, Differences]>([
  ['a wrong secret', { secretAccessKey: 'secret/of+fred2' }, {}],
  ['another body', {}, { sentBody: 'Action=GetCallerIdentity&Version=2011-06-15&Extra=1' }],
  ['another path', {}, { sentTarget: '/other' }],
  [
    'another value of a signed header',
    {},
    { headers: { 'x-note': 'a' }, afterwards: (all) => ({ ...all, 'x-note': 'b' }) },
  ],
  [
    'another time',
    {},
    {
      afterwards: (all) => ({
        ...all,
        'x-amz-date': (all['x-amz-date'] ?? '').replace(/\dZ$/, (end) => `${(Number(end[0]) + 1) % 10}Z`),
      }),
    },
  ],
  ['a hash of the body that is wrong', {}, { headers: { 'x-amz-content-sha256': '0'.repeat(64) } }],
  ['a body that is not signed', {}, { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }],
  [
    'a signature cut short',
    {},
    { afterwards: (all) => ({ ...all, authorization: all['authorization']?.slice(0, -1) }) },
  ],
])('%s', async (_, keys, differences) => {
  expect((await ask(aws, { ...fred, ...keys }, who, differences)).error).toEqual(mismatch);
});

test('a query that was changed', async () => {
  const sentTarget = '/?Version=2011-06-15&Action=GetCallerIdentity&Note=2';
  expect((await ask(aws, fred, { ...who, Note: '1' }, { method: 'GET', sentTarget })).error).toEqual(
    mismatch,
  );
  expect((await ask(aws, fred, { ...who, Note: 'a b+c~*' }, { method: 'GET' })).status).toBe(200);
});

test.each(['host', 'x-amz-security-token'])('%s must be signed', async (name) => {
  const afterwards: Differences['afterwards'] = (all) => ({
    ...all,
    authorization: all['authorization']?.replace(new RegExp(`(?<=[=;])${name};?`), '').replace(';,', ','),
  });
  const answer = await ask(aws, session, who, { afterwards });
  expect(answer.error[1]).toBe('SignatureDoesNotMatch');
  expect(answer.error[2]?.toLowerCase()).toBe(`'${name}' must be a 'signedheader' in the aws authorization.`);
});

describe('unknown keys', () => {
  test('no such key', async () => {
    expect((await ask(aws, { ...fred, accessKeyId: 'AKIANOBODY' }, who)).error).toEqual(invalid);
  });

  test("a session's keys without their token, or with another", async () => {
    const { accessKeyId, secretAccessKey } = session;
    expect((await ask(aws, { accessKeyId, secretAccessKey }, who)).error).toEqual(invalid);
    expect((await ask(aws, { ...session, sessionToken: 'another' }, who)).error).toEqual(invalid);
  });

  test("a user's keys with a token", async () => {
    expect((await ask(aws, { ...fred, sessionToken: session.sessionToken }, who)).error).toEqual(invalid);
  });

  test('a disabled user, a revoked session', async () => {
    const spec = specOf({
      hub: {
        users: [
          { name: 'fred', ...fred },
          { name: 'gone', disabled: true, accessKeyId: 'AKIAGONE', secretAccessKey: 'x' },
        ],
      },
    });
    const other = await startLocalAws(spec);
    try {
      expect((await ask(other, { accessKeyId: 'AKIAGONE', secretAccessKey: 'x' }, who)).error).toEqual(
        invalid,
      );
      const keys = keysIn(await ask(other, fred, assume()));
      other.revoke(keys.accessKeyId);
      expect((await ask(other, keys, who)).error).toEqual(invalid);
    } finally {
      await other.close();
    }
  });
});

describe('paths', () => {
  const list = (path: string, differences: Differences = {}): ReturnType<typeof ask> =>
    ask(aws, fred, {}, { service: 's3', method: 'GET', path, ...differences });

  test('S3 escapes them once: all but the list of buckets is authenticated, then not found', async () => {
    expect((await list('/a%20b/c%2Fd//e')).error.slice(0, 2)).toEqual([404, 'NoSuchKey']);
    expect((await list('/a%20b', { sentTarget: '/a%2520b' })).error.slice(0, 2)).toEqual(
      mismatch.slice(0, 2),
    );
    expect((await list('/%zz')).error.slice(0, 2)).toEqual([404, 'NoSuchKey']);
  });

  test('other services escape them twice', async () => {
    expect((await ask(aws, fred, who, { path: '/a%20b' })).status).toBe(200);
  });

  test('S3 accepts a body that is not signed, if the request says so', async () => {
    expect((await list('/', { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })).status).toBe(200);
    const wrong = await list('/', { headers: { 'x-amz-content-sha256': '0'.repeat(64) } });
    expect(wrong.error.slice(0, 2)).toEqual([400, 'XAmzContentSHA256Mismatch']);
    const silent = await list('/', { afterwards: (all) => ({ ...all, 'x-amz-content-sha256': undefined }) });
    expect(silent.error.slice(0, 2)).toEqual([400, 'InvalidRequest']);
  });
});
