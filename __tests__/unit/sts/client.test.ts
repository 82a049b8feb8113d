import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
  type AssumeRoleRequest,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { readAnswer } from '../../../src/sts/classify.ts';
import { Sts } from '../../../src/sts/client.ts';
import type { Connections } from '../../../src/sts/connections.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/sts/exchange.ts';
import type { StsSettings } from '../../../src/aws/plan.ts';
import { keys } from './plans.ts';

const settings = { region: 'eu-west-1', useFips: false, useDualstack: false };
const { signal } = new AbortController();
const now = Date.UTC(2026, 10, 23, 12);

/** What was sent, in the same form for both senders. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const answer = (status: number, body: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'x-amzn-requestid': 'request-1', ...headers },
  body: Buffer.from(body),
});
const identity = answer(
  200,
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
);

/** Ours, over connections that keep what is sent. */
function ours(
  reply: HttpAnswer | (() => HttpAnswer) = identity,
  more: Partial<StsSettings> = {},
): { sts: Sts; seen: Seen[] } {
  const seen: Seen[] = [];
  const send = (url: URL, { method, headers, body = '' }: HttpRequest): Promise<HttpAnswer> => {
    seen.push({ method, url: url.href, headers, body });
    return Promise.resolve(typeof reply === 'function' ? reply() : reply);
  };
  return { sts: new Sts({ ...settings, ...more }, { send } as unknown as Connections), seen };
}

/** The SDK's own client, over a handler that does the same. */
function theirs(
  reply: HttpAnswer = identity,
  more: Partial<StsSettings> = {},
): { client: STSClient; seen: Seen[] } {
  const seen: Seen[] = [];
  const { region, endpoint, useFips, useDualstack } = { ...settings, ...more };
  const handle = (request: {
    method: string;
    protocol: string;
    hostname: string;
    port?: number;
    path: string;
    headers: Record<string, string>;
    body?: unknown;
  }): Promise<{ response: never }> => {
    const { method, protocol, hostname, port, path, headers, body } = request;
    const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
    seen.push({ method, url, headers, body: String(body) });
    const { status: statusCode, headers: told, body: bytes } = reply;
    return Promise.resolve({ response: { statusCode, headers: { ...told }, body: bytes } as never });
  };
  const client = new STSClient({
    ...{ region, useFipsEndpoint: useFips, useDualstackEndpoint: useDualstack, credentials: keys },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...{ maxAttempts: 1, requestHandler: { handle } as never, systemClockOffset: 0 },
  });
  return { client, seen };
}

beforeEach(() => {
  jest.useFakeTimers({
    now,
    doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout', 'performance'],
  });
});
afterEach(() => {
  jest.useRealTimers();
});

const settled = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("the requests are those of the SDK's own client", () => {
  const text = fc.string({ minLength: 1, maxLength: 20 });
  const requests = fc.record<AssumeRoleRequest>(
    {
      RoleArn: text,
      RoleSessionName: text,
      DurationSeconds: fc.nat(),
      ExternalId: text,
      Policy: fc.string({ unit: 'grapheme' }),
      PolicyArns: fc.array(fc.record({ arn: text }), { minLength: 1, maxLength: 3 }),
      Tags: fc.array(fc.record({ Key: text, Value: fc.string({ unit: 'grapheme' }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      TransitiveTagKeys: fc.array(text, { minLength: 1, maxLength: 3 }),
      SourceIdentity: text,
      SerialNumber: text,
      TokenCode: text,
    },
    { requiredKeys: ['RoleArn', 'RoleSessionName'] },
  );

  test('to the byte, signatures aside', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.boolean(), async (request, temporary) => {
        const credentials = temporary ? { ...keys, sessionToken: 'token/+=' } : keys;
        const [a, b] = [ours(), theirs()];
        b.client.config.credentials = () => Promise.resolve(credentials);
        await settled(a.sts.assumeRole(credentials, request, signal));
        await settled(b.client.send(new AssumeRoleCommand(request)));
        const [mine, its] = [a.seen[0], b.seen[0]];
        expect({ ...mine, headers: {} }).toEqual({ ...its, headers: {} });
        for (const name of ['host', 'content-type', 'content-length', 'x-amz-date', 'x-amz-content-sha256'])
          expect([name, mine?.headers[name]]).toEqual([name, its?.headers[name]]);
        expect(mine?.headers['x-amz-security-token']).toBe(temporary ? 'token/+=' : undefined);
        expect(mine?.headers['authorization']).toMatch(
          /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20261123\/eu-west-1\/sts\/aws4_request, /,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('with a token, unsigned', async () => {
    const request = {
      RoleArn: 'arn',
      RoleSessionName: 'name',
      WebIdentityToken: 'a.b.c',
      DurationSeconds: 900,
    };
    const [a, b] = [ours(), theirs()];
    await settled(a.sts.assumeRoleWithWebIdentity(request, signal));
    await settled(b.client.send(new AssumeRoleWithWebIdentityCommand(request)));
    expect({ ...a.seen[0], headers: {} }).toEqual({ ...b.seen[0], headers: {} });
    expect(a.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(a.seen[0]?.headers).not.toHaveProperty('x-amz-date');
  });

  const places: Partial<StsSettings>[] = [
    ...['us-east-1', 'eu-west-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1'].map(
      (region) => ({ region }),
    ),
    ...['eu-isoe-west-1', 'us-isof-south-1', 'eusc-de-east-1', 'xx-new-1', 'aws-global'].map((region) => ({
      region,
    })),
    ...['us-east-1', 'us-gov-east-1', 'cn-north-1', 'eusc-de-east-1'].flatMap((region) => [
      { region, useFips: true },
      { region, useDualstack: true },
      { region, useFips: true, useDualstack: true },
    ]),
    { region: 'us-iso-east-1', useFips: true },
    { endpoint: 'http://localhost:4566' },
    { endpoint: 'https://sts.example.com/a/path' },
    { endpoint: 'https://[::1]:8443/' },
  ];
  test.each(places)('to the same place: %j', async (place) => {
    const [a, b] = [ours(identity, place), theirs(identity, place)];
    await a.sts.callerIdentity(keys, signal);
    await b.client.send(new GetCallerIdentityCommand({}));
    const scope = ({ headers }: Seen): string | undefined =>
      /Credential=[^,]+/.exec(headers['authorization'] ?? '')?.[0];
    const where = (seen: Seen[]): unknown =>
      seen.map((one) => ({ url: one.url, host: one.headers['host'], scope: scope(one) }));
    expect(where(a.seen)).toEqual(where(b.seen));
  });
});

describe("the answers are read as the SDK's own client reads them", () => {
  const error = (code: string, status = 403): HttpAnswer =>
    answer(
      status,
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>So &amp; so</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    );
  const session = answer(
    200,
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:x</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s/e+c=</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-11-23T13:00:00Z</Expiration></Credentials><PackedPolicySize>6</PackedPolicySize></AssumeRoleResult></AssumeRoleResponse>',
  );
  test.each<[string, HttpAnswer]>([
    ['a session', session],
    ['an error', error('AccessDenied')],
    ['one that has a form of its own', error('ExpiredTokenException', 400)],
    ['one that nobody knows', error('SomethingNew', 400)],
    ['throttling', error('Throttling', 400)],
    ['no body', answer(503, '')],
    ['a page', answer(200, '<html><body>Sign in<br></body></html>')],
    ['a page with an error', answer(502, '<html><body>Bad gateway</body></html>')],
    ['half of one', answer(200, '<AssumeRoleResponse><AssumeRoleResult>')],
    ['JSON', answer(200, '{"message":"no"}')],
  ])('%s', async (_name, reply) => {
    const request = { RoleArn: 'arn', RoleSessionName: 'name' };
    const told = (result: unknown): unknown => {
      if (!(result instanceof Error)) return { ...(result as object), $metadata: {} };
      const { name, Code, $metadata, message } = result as Error & { Code?: string; $metadata?: object };
      const { httpStatusCode, requestId } = ($metadata ?? {}) as {
        httpStatusCode?: number;
        requestId?: string;
      };
      return { name, Code, httpStatusCode, requestId, message: message.split('\n')[0] };
    };
    const mine = await settled(ours(reply).sts.assumeRole(keys, request, signal));
    const its = await settled(theirs(reply).client.send(new AssumeRoleCommand(request)));
    expect(told(mine)).toEqual(told(its));
  });
});

test('a page that is valid XML is no answer', async () => {
  const page = answer(200, '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body/></html>');
  const error = await settled(ours(page).sts.callerIdentity(keys, signal));
  expect(readAnswer(error)).toMatchObject({ code: 'HTTP 200', from: 'other', page: 'Sign in' });
});

describe("AWS's clock", () => {
  const late = { date: new Date(now + 3_600_000).toUTCString() };
  const refused = answer(
    403,
    '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>',
    late,
  );

  test('once read, is the time that requests are signed with; the first time, the request is retried', async () => {
    const { sts, seen } = ours(refused);
    const corrected: unknown[] = [];
    while (corrected.length < 2) {
      const error = await settled(sts.callerIdentity(keys, signal));
      corrected.push((error as { $metadata: { clockSkewCorrected: boolean } }).$metadata.clockSkewCorrected);
    }
    expect(seen.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20261123T120000Z',
      '20261123T130000Z',
    ]);
    expect(corrected).toEqual([true, false]);
  });

  test('counts for the credentials only once a signature with it was accepted', async () => {
    const replies = [refused, { ...identity, headers: { ...identity.headers, ...late } }];
    const { sts } = ours(() => replies.shift() ?? identity);
    await settled(sts.callerIdentity(keys, signal));
    expect(sts.clockOffset).toBe(0);
    await sts.callerIdentity(keys, signal);
    expect(sts.clockOffset).toBe(3_600_000);
  });

  test('is not what a Date header says beside an answer that refuses no signature', async () => {
    const denied = answer(
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>',
      late,
    );
    for (const reply of [denied, { ...identity, headers: { ...identity.headers, ...late } }]) {
      const { sts, seen } = ours(reply);
      await settled(sts.callerIdentity(keys, signal));
      const second = await settled(sts.callerIdentity(keys, signal));
      expect(sts.clockOffset).toBe(0);
      expect(seen.map(({ headers }) => headers['x-amz-date'])).toEqual([
        '20261123T120000Z',
        '20261123T120000Z',
      ]);
      if (second instanceof Error) expect(second).toMatchObject({ $metadata: { clockSkewCorrected: false } });
    }
  });

  test("is not that of a cache, nor learned from what does not say, nor worth a try when it is nearly this machine's", async () => {
    for (const headers of [
      { ...late, age: '5' },
      {},
      { date: 'soon' },
      { date: new Date(now + 60_000).toUTCString() },
    ]) {
      const reply = { ...refused, headers };
      const error = await settled(ours(reply).sts.callerIdentity(keys, signal));
      expect(error).toMatchObject({ $metadata: { clockSkewCorrected: false, httpStatusCode: 403 } });
    }
  });
});
