import { expect, test } from '@jest/globals';
import { sessionOf } from '../../../src/chain/check-response.ts';
import { customerArn, hopTo } from '../sts/plans.ts';

const keyId = 'ASIAEXAMPLEEXAMPLE1';
const attempt = { operation: 'AssumeRole' } as const;
const expiration = new Date(Date.now() + 900_000);
const whole = {
  Credentials: {
    AccessKeyId: keyId,
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: expiration,
  },
  AssumedRoleUser: {
    Arn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
    AssumedRoleId: 'AROA1:name',
  },
};
const read = (
  output: object,
  clockOffset = 0,
  tokenExpires?: unknown,
): { session: () => ReturnType<typeof sessionOf>; secrets: string[] } => {
  const secrets: string[] = [];
  return {
    session: () =>
      sessionOf(output, hopTo(customerArn), attempt, {
        secret: (value) => secrets.push(value),
        clock: { clockOffset, tokenExpires },
      }),
    secrets,
  };
};

test('a right answer gives the session; the secret and the token are registered first', () => {
  const { session, secrets } = read(whole);
  expect(session()).toEqual({
    credentials: { accessKeyId: keyId, secretAccessKey: 'secret', sessionToken: 'token' },
    assumedRoleId: 'AROA1:name',
    trace: {
      roleArn: customerArn,
      assumedRoleArn: whole.AssumedRoleUser.Arn,
      accountId: '222222222222',
      sessionName: 'name',
      expiration,
    },
  });
  expect(secrets).toEqual(['secret', 'token', keyId]);
});

test.each([
  ['another account', { Arn: 'arn:aws:sts::333333333333:assumed-role/customer/name' }],
  ['another role', { Arn: 'arn:aws:sts::222222222222:assumed-role/admin/name' }],
  ['its path kept', { Arn: 'arn:aws:sts::222222222222:assumed-role/deploy/customer/name' }],
  ['another session', { Arn: 'arn:aws:sts::222222222222:assumed-role/customer/other' }],
  ['another partition', { Arn: 'arn:aws-cn:sts::222222222222:assumed-role/customer/name' }],
  ['another id', { AssumedRoleId: 'AROA1:other' }],
])('%s is refused, and masked all the same', (_, user) => {
  const { session, secrets } = read({ ...whole, AssumedRoleUser: { ...whole.AssumedRoleUser, ...user } });
  expect(session).toThrow(/the answer is for .* its credentials are not used/);
  expect(secrets).toHaveLength(3);
});

test.each(['AccessKeyId', 'SecretAccessKey', 'SessionToken'])('an answer without %s is refused', (name) => {
  const { session, secrets } = read({ ...whole, Credentials: { ...whole.Credentials, [name]: undefined } });
  expect(session).toThrow('no complete credentials');
  expect(secrets).toHaveLength(2);
});

test.each([
  { Credentials: undefined },
  { AssumedRoleUser: undefined },
  { AssumedRoleUser: { Arn: whole.AssumedRoleUser.Arn } },
  { AssumedRoleUser: { AssumedRoleId: 'x' } },
])('%j is refused', (absent) => {
  expect(read({ ...whole, ...absent }).session).toThrow('no complete credentials');
});

test.each([
  ['AccessKeyId', ' '],
  ['AccessKeyId', 'ASIAEXAMPLE EXAMPLE1'],
  ['AccessKeyId', '::ASIAEXAMPLEEXAMPLE1'],
  ['AccessKeyId', 'ASIAEXAMPLE'],
  ['AccessKeyId', 'A'.repeat(129)],
  ['SecretAccessKey', ''],
  ['SecretAccessKey', 'abc'],
  ['SecretAccessKey', 'a\nAWS_EVIL=1'],
  ['SessionToken', 'a b'],
])('a %s of %j is refused', (name, value) => {
  expect(read({ ...whole, Credentials: { ...whole.Credentials, [name]: value } }).session).toThrow(
    'no complete credentials',
  );
});

const day = 24 * 3_600_000;
/** So many milliseconds from now; the role was asked for 900 s. */
const from = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

test.each([from(5000), from(900_000 + 899_000)])('accepts an expiration of %s', (Expiration) => {
  expect(read({ ...whole, Credentials: { ...whole.Credentials, Expiration } }).session).not.toThrow();
});

test('words that would blank the log if masked are not registered, all others are', () => {
  const Credentials = { ...whole.Credentials, AccessKeyId: 'abc', SecretAccessKey: 'abcd' };
  const { session, secrets } = read({ ...whole, Credentials });
  expect(session).toThrow();
  expect(secrets).toEqual(['abcd', 'token']);
});

test.each<[Date | undefined, string, string]>([
  [undefined, 'incomplete', 'does not say when'],
  [new Date('never'), 'incomplete', 'does not say when'],
  [from(0), 'expired', 'they have already expired'],
  [from(-60_000), 'expired', 'they have already expired'],
  [from(-2 * day), 'expired', 'they have already expired'],
  [from(900_000 + 960_000), 'too-long', '900 s were requested'],
  [from(13 * 3_600_000), 'too-long', '900 s were requested'],
])('an expiration of %s is refused', (Expiration, reason, text) => {
  const { session } = read({ ...whole, Credentials: { ...whole.Credentials, Expiration } });
  expect(session).toThrow(text);
  expect(session).toThrow(expect.objectContaining({ code: 'unexpected-response', reason }));
});

test("what has expired is decided by AWS's clock, where it is known", () => {
  const at = (Expiration: Date) => ({ ...whole, Credentials: { ...whole.Credentials, Expiration } });
  expect(read(at(from(-7_200_000 + 900_000)), -7_200_000).session).not.toThrow();
  expect(read(at(from(900_000)), 7_200_000).session).toThrow('already expired');
});

test("AWS's time is no later than the end of the token that it accepted", () => {
  const at = (Expiration: Date) => ({ ...whole, Credentials: { ...whole.Credentials, Expiration } });
  const ahead = Math.floor(from(7_200_000).getTime() / 1000);
  expect(read(at(from(7_200_000 + 900_000)), 0, ahead).session).not.toThrow();
  expect(read(at(from(7_200_000 + 960_000 + 900_000)), 0, ahead).session).toThrow('900 s were requested');
  expect(read(at(from(960_000 + 900_000)), 0, String(ahead)).session).toThrow('900 s were requested');
});
