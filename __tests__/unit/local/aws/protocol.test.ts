import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, askUnsigned, sendRaw } from '../signed-request.ts';
import { assume, fred, fredArn, hub, roleArn, sessionArn, specOf } from '../accounts.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws(specOf());
});
afterAll(() => aws.close());

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const frontDoor = 'xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"';

test('answers look like those of STS', async () => {
  const { status, headers, text } = await ask(aws, fred, { Action: 'GetCallerIdentity' });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/xml');
  expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers['x-amz-sts-extended-request-id']).toBeTruthy();
  expect(text).toMatch(
    /^<GetCallerIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><GetCallerIdentityResult><Arn>.*<\/Arn><UserId>AIDA[A-Z2-7]{17}<\/UserId><Account>\d{12}<\/Account><\/GetCallerIdentityResult><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId><\/ResponseMetadata><\/GetCallerIdentityResponse>\n$/,
  );
  expect(text).toContain(`<Arn>${fredArn}</Arn>`);
  expect(text).toContain(headers['x-amzn-requestid']);
});

test('errors too', async () => {
  const { headers, text } = await askUnsigned(aws, { Action: 'GetCallerIdentity' });
  const id = String(headers['x-amzn-requestid']);
  expect(text).toBe(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Request is missing Authentication Token</Message></Error><RequestId>${id}</RequestId></ErrorResponse>\n`,
  );
});

test('a session: whole seconds, keys in the form of STS, no packed size where nothing was packed', async () => {
  const { element, text } = await ask(aws, fred, assume());
  expect(text).toMatch(
    /<AssumedRoleUser>.*<\/AssumedRoleUser><Credentials>.*<\/Credentials><\/AssumeRoleResult>/,
  );
  expect(element('Arn')).toBe(sessionArn('visit'));
  expect(element('AssumedRoleId')).toMatch(/^AROA[A-Z2-7]{17}:visit$/);
  expect(element('AccessKeyId')).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(element('SecretAccessKey')).toMatch(/^[A-Za-z0-9/+]{40}$/);
  expect(element('SessionToken')?.length).toBeGreaterThan(100);
  expect(element('Expiration')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const life = Date.parse(element('Expiration') ?? '') - (aws.requests.at(-1)?.at ?? 0);
  expect(life).toBeGreaterThan(3_598_000);
  expect(life).toBeLessThanOrEqual(3_600_000);
  expect(element('PackedPolicySize')).toBeUndefined();
  expect(element('SourceIdentity')).toBeUndefined();
});

test.each<[string, Parameters<typeof sendRaw>[1]]>([
  ['no action', { headers: form }],
  ['no content type', { body: 'Action=GetCallerIdentity&Version=2011-06-15' }],
  ['a visitor', { method: 'GET' }],
])('%s: the way to the home page', async (_, request) => {
  const answer = await sendRaw(aws, request);
  expect([answer.status, answer.headers.location, answer.text]).toEqual([
    302,
    'https://aws.amazon.com/iam',
    '',
  ]);
});

test.each<[Record<string, string>, string]>([
  [{ Action: 'AssumeRol' }, 'Could not find operation AssumeRol for version 2011-06-15'],
  [
    { Action: 'AssumeRole', Version: '2011-06-16' },
    'Could not find operation AssumeRole for version 2011-06-16',
  ],
  [
    { Action: 'AssumeRoleWithWebIdentity', Version: '' },
    'Could not find operation AssumeRoleWithWebIdentity for version NO_VERSION_SPECIFIED',
  ],
])('%j is no action', async (parameters, message) => {
  const answer = await askUnsigned(aws, parameters);
  expect(answer.error).toEqual([400, 'InvalidAction', message]);
  expect(answer.text).toContain(frontDoor);
});

test('what was sent comes back as text', async () => {
  const RoleArn = `arn:aws:iam::${hub}:role/<b>&"quoted"]]>`;
  const { element, text } = await ask(aws, fred, assume({ RoleArn }));
  expect(element('Message')).toContain('role/&lt;b&gt;&amp;&quot;quoted&quot;]]&gt;');
  expect(text).not.toContain('<b>');
  const strange = await ask(aws, fred, assume({ RoleSessionName: 'a\u0001\u{1F600}' }));
  expect(strange.element('Message')).toContain("Value 'a\uFFFD\u{1F600}' at 'roleSessionName'");
});

test('a body that is too large is read, then refused', async () => {
  const answer = await sendRaw(aws, {
    headers: form,
    body: `Action=AssumeRole&Policy=${'x'.repeat(5_000_000)}`,
  });
  expect(answer.error.slice(0, 2)).toEqual([413, 'RequestEntityTooLarge']);
});

describe('nothing that is sent makes the service fail', () => {
  const action = fc.constantFrom('AssumeRole', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity');
  const name = fc.constantFrom(
    ...['Version', 'RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy', 'PolicyArns.member.1.arn'],
    ...['Tags.member.1.Key', 'Tags.member.1.Value', 'TransitiveTagKeys.member.1', 'SourceIdentity'],
    ...['ExternalId', 'SerialNumber', 'TokenCode', 'WebIdentityToken', '__proto__', 'constructor'],
  );
  const policies = fc.json().map((Statement) => `{"Statement":${Statement}}`);
  const token = fc.json().map((claims) => {
    const part = (text: string): string => Buffer.from(text).toString('base64url');
    return [part('{"alg":"RS256"}'), part(claims), part('signature')].join('.');
  });
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(roleArn), policies, token, fc.json());
  const parameters = fc.tuple(action, fc.dictionary(name, value));

  test('as parameters', async () => {
    await fc.assert(
      fc.asyncProperty(parameters, async ([Action, more]) => {
        const sent = { RoleArn: roleArn, RoleSessionName: 'visit', ...more, Action };
        expect((await askUnsigned(aws, sent)).status).toBeLessThan(500);
        expect((await ask(aws, fred, sent)).error[1]).not.toBe('InternalFailure');
      }),
      { numRuns: 200 },
    );
  });

  test('as a signature', async () => {
    const piece = fc.constantFrom(
      ...['AWS4-HMAC-SHA256', 'Credential=', 'SignedHeaders=', 'Signature=', 'host;x-amz-date', ', ', '/'],
      ...['AKIAFRED/20261123/us-east-1/sts/aws4_request', 'sts', 's3', '=', ' ', ';', ','],
    );
    const header = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(header, fc.stringMatching(/^[0-9TZ]{0,16}$/), async (authorization, date) => {
        const headers = { ...form, authorization, 'x-amz-date': date };
        const body = 'Action=GetCallerIdentity&Version=2011-06-15';
        const { error } = await sendRaw(aws, { headers, body });
        expect([400, 403]).toContain(error[0]);
        expect(error[1]).toMatch(/^(IncompleteSignature|InvalidClientTokenId|SignatureDoesNotMatch)$/);
      }),
      { numRuns: 200 },
    );
  });
});

test('every request is recorded, in order', async () => {
  const before = aws.requests.length;
  await askUnsigned(aws, { Action: 'GetCallerIdentity' });
  await ask(aws, fred, { Action: 'GetCallerIdentity' }, { region: 'eu-west-1', method: 'GET' });
  await ask(aws, fred, assume({ ExternalId: 'an-id' }));
  const [unsigned, who, assumed] = aws.requests.slice(before);
  expect(unsigned).toMatchObject({
    status: 403,
    errorCode: 'MissingAuthenticationToken',
    accessKeyId: undefined,
  });
  expect(who).toMatchObject({
    method: 'GET',
    service: 'sts',
    action: 'GetCallerIdentity',
    region: 'eu-west-1',
    status: 200,
    errorCode: undefined,
    callerArn: fredArn,
  });
  expect(assumed).toMatchObject({
    method: 'POST',
    action: 'AssumeRole',
    accessKeyId: fred.accessKeyId,
    params: { RoleArn: roleArn, ExternalId: 'an-id' },
  });
});
