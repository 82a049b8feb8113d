import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, askUnsigned } from '../signed-request.ts';
import { assume, far, fred, roleArn, specOf } from '../accounts.ts';

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws(specOf());
});
afterAll(() => aws.close());

const constraint = (shown: string, member: string, rule: string): string =>
  `${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`;
const one = (...words: [string, string, string]): string =>
  `1 validation error detected: ${constraint(...words)}`;
const tags = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      [`Tags.member.${index + 1}.Key`, `key${index}`],
      [`Tags.member.${index + 1}.Value`, 'x'],
    ]).flat() as [string, string][],
  );
const tag = (key: string, value: string): Record<string, string> => ({
  'Tags.member.1.Key': key,
  'Tags.member.1.Value': value,
});
const names = '[\\w+=,.@-]*';

describe('what breaks a rule is said in the words of STS', () => {
  test.each<[Record<string, string>, string]>([
    [
      { RoleArn: 'arn:short' },
      one("Value 'arn:short'", 'roleArn', 'have length greater than or equal to 20'),
    ],
    [
      { RoleSessionName: 'Freds Session' },
      one("Value 'Freds Session'", 'roleSessionName', `satisfy regular expression pattern: ${names}`),
    ],
    [
      { RoleSessionName: 'Zoë' },
      one("Value 'Zoë'", 'roleSessionName', `satisfy regular expression pattern: ${names}`),
    ],
    [{ RoleSessionName: 'x' }, one("Value 'x'", 'roleSessionName', 'have length greater than or equal to 2')],
    [
      { RoleSessionName: 'x'.repeat(65) },
      one(`Value '${'x'.repeat(65)}'`, 'roleSessionName', 'have length less than or equal to 64'),
    ],
    [
      { DurationSeconds: '899' },
      one("Value '899'", 'durationSeconds', 'have value greater than or equal to 900'),
    ],
    [
      { DurationSeconds: '43201' },
      one("Value '43201'", 'durationSeconds', 'have value less than or equal to 43200'),
    ],
    [
      { Policy: '' },
      `2 validation errors detected: ${constraint("Value ''", 'policy', 'have length greater than or equal to 1')}; ${constraint("Value ''", 'policy', 'satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+')}`,
    ],
    [{ ExternalId: 'x' }, one("Value 'x'", 'externalId', 'have length greater than or equal to 2')],
    [
      { ExternalId: 'x'.repeat(1225) },
      one(`Value '${'x'.repeat(1225)}'`, 'externalId', 'have length less than or equal to 1224'),
    ],
    [
      { ExternalId: 'a b' },
      one("Value 'a b'", 'externalId', 'satisfy regular expression pattern: [\\w+=,.@:\\/-]*'),
    ],
    [
      { SerialNumber: 'short' },
      one("Value 'short'", 'serialNumber', 'have length greater than or equal to 9'),
    ],
    [{ TokenCode: '12345' }, one("Value '12345'", 'tokenCode', 'have length greater than or equal to 6')],
    [
      { TokenCode: '12345x' },
      one("Value '12345x'", 'tokenCode', 'satisfy regular expression pattern: [\\d]*'),
    ],
    [
      { SourceIdentity: 'aws:fred' },
      one("Value 'aws:fred'", 'sourceIdentity', `satisfy regular expression pattern: ${names}`),
    ],
    [tags(51), one('Value', 'tags', 'have length less than or equal to 50')],
    [
      tag('', 'x'),
      `2 validation errors detected: ${constraint("Value ''", 'tags.1.member.key', 'have length greater than or equal to 1')}; ${constraint("Value ''", 'tags.1.member.key', 'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+')}`,
    ],
    [
      tag('k'.repeat(129), 'x'),
      one(`Value '${'k'.repeat(129)}'`, 'tags.1.member.key', 'have length less than or equal to 128'),
    ],
    [
      tag('k', 'v'.repeat(257)),
      one(`Value '${'v'.repeat(257)}'`, 'tags.1.member.value', 'have length less than or equal to 256'),
    ],
    [
      tag('k', 'a;b'),
      one(
        "Value 'a;b'",
        'tags.1.member.value',
        'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
      ),
    ],
    [{ 'Tags.member.1.Key': 'k' }, one('Value null', 'tags.1.member.value', 'not be null')],
    [{ 'Tags.member.1.Value': 'v' }, one('Value null', 'tags.1.member.key', 'not be null')],
    [
      { 'TransitiveTagKeys.member.1': 'k;' },
      one(
        "Value 'k;'",
        'transitiveTagKeys.1.member',
        'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+',
      ),
    ],
    [
      { 'PolicyArns.member.1.arn': 'arn' },
      one("Value 'arn'", 'policyArns.1.member.arn', 'have length greater than or equal to 20'),
    ],
    [
      Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [
          `PolicyArns.member.${index + 1}.arn`,
          'arn:aws:iam::aws:policy/ReadOnlyAccess',
        ]),
      ),
      one('Value', 'policyArns', 'have length less than or equal to 10'),
    ],
  ])('%j', async (more, message) => {
    expect((await ask(aws, fred, assume(more))).error).toEqual([400, 'ValidationError', message]);
  });

  test('several at once; what is missing', async () => {
    const answer = await ask(aws, fred, { Action: 'AssumeRole', DurationSeconds: '5' });
    const message = [
      constraint('Value null', 'roleArn', 'not be null'),
      constraint('Value null', 'roleSessionName', 'not be null'),
      constraint("Value '5'", 'durationSeconds', 'have value greater than or equal to 900'),
    ].join('; ');
    expect(answer.error).toEqual([400, 'ValidationError', `3 validation errors detected: ${message}`]);
  });

  test.each(['abc', '15m', '0x384', '900.0', ''])('%j is no number of seconds', async (DurationSeconds) => {
    const answer = await ask(aws, fred, assume({ DurationSeconds }));
    expect(answer.error.slice(0, 2)).toEqual([400, 'MalformedInput']);
  });

  test.each([
    'arn:aws:iam:666666:role/BlahRole',
    `arn:aws:iam::${far}:user/deploy`,
    `arn:aws:iam::${far}:role/`,
  ])('%s is no role', async (RoleArn) => {
    expect((await ask(aws, fred, assume({ RoleArn }))).error).toEqual([
      400,
      'ValidationError',
      `${RoleArn} is invalid`,
    ]);
  });

  test('a token of wrong length, without repeating it', async () => {
    const call = { Action: 'AssumeRoleWithWebIdentity', RoleArn: roleArn, RoleSessionName: 'visit' };
    const long = await askUnsigned(aws, { ...call, WebIdentityToken: 'x'.repeat(20_001) });
    expect(long.error).toEqual([
      400,
      'ValidationError',
      one('Value', 'webIdentityToken', 'have length less than or equal to 20000'),
    ]);
    const missing = await askUnsigned(aws, call);
    expect(missing.error[2]).toBe(one('Value null', 'webIdentityToken', 'not be null'));
  });
});

describe('provided contexts', () => {
  const context = (arn: string, assertion: string): Record<string, string> => ({
    'ProvidedContexts.member.1.ProviderArn': arn,
    'ProvidedContexts.member.1.ContextAssertion': assertion,
  });

  test('break their rules as other parameters do', async () => {
    const message = [
      constraint(
        "Value 'short'",
        'providedContexts.1.member.providerArn',
        'have length greater than or equal to 20',
      ),
      constraint(
        'Value',
        'providedContexts.1.member.contextAssertion',
        'have length greater than or equal to 4',
      ),
    ].join('; ');
    const answer = await ask(aws, fred, assume(context('short', 'jwt')));
    expect(answer.error).toEqual([400, 'ValidationError', `2 validation errors detected: ${message}`]);
    const six = Array.from({ length: 6 }, (_, index) => [
      `ProvidedContexts.member.${index + 1}.ProviderArn`,
      'arn:aws:iam::aws:contextProvider/IdentityCenter',
    ]);
    const many = await ask(aws, fred, assume(Object.fromEntries(six) as Record<string, string>));
    expect(many.error[2]).toBe(one('Value', 'providedContexts', 'have length less than or equal to 5'));
  });

  test('are refused rather than skipped', async () => {
    const good = context('arn:aws:iam::aws:contextProvider/IdentityCenter', 'assertion');
    expect((await ask(aws, fred, assume(good))).error.slice(0, 2)).toEqual([501, 'NotImplemented']);
  });
});

test('the provider id of a web identity', async () => {
  const call = { Action: 'AssumeRoleWithWebIdentity', RoleArn: roleArn, RoleSessionName: 'visit' };
  const answer = await askUnsigned(aws, { ...call, WebIdentityToken: 'token', ProviderId: 'x' });
  expect(answer.error[2]).toBe(one("Value 'x'", 'providerId', 'have length greater than or equal to 4'));
});

test('what is at the limits passes', async () => {
  const limits = {
    RoleSessionName: 'x'.repeat(64),
    DurationSeconds: '900',
    ExternalId: 'x'.repeat(1224),
    SourceIdentity: 'ab',
    ...tags(50),
  };
  expect((await ask(aws, fred, assume(limits))).status).toBe(200);
  const wide = { ...tag('Ключ 1', ''), 'Tags.member.2.Key': 'b', 'Tags.member.2.Value': 'ü'.repeat(256) };
  expect((await ask(aws, fred, assume(wide))).status).toBe(200);
});
