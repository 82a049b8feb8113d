import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { Sts } from '../../../src/sts/client.ts';
import { Connections } from '../../../src/sts/connections.ts';
import { callerArn } from '../../../src/sts/identity.ts';
import { keys } from './plans.ts';

const mock = mockClient(STSClient);
const patience = {
  maxAttempts: 1,
  propagationWaitSeconds: 0,
  signal: new AbortController().signal,
  say: () => undefined,
};
const ask = () =>
  callerArn(
    keys,
    new Sts({ region: 'us-east-1', useFips: false, useDualstack: false }, new Connections({})),
    patience,
  );

beforeEach(() => {
  mock.reset();
});

test('the ARN of whoever holds the keys', async () => {
  mock.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::1:assumed-role/x/y' });
  expect(await ask()).toBe('arn:aws:sts::1:assumed-role/x/y');
});

test('an answer without one is not believed', async () => {
  mock.on(GetCallerIdentityCommand).resolves({});
  await expect(ask()).rejects.toMatchObject({ name: 'AnswerMismatch' });
});
