import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { addSecret } from '../../../src/text/redact.ts';
import { callerArn } from '../../../src/sts/caller-identity.ts';
import { keys } from './plans.ts';
import { mockedSts } from './mocked.ts';

const mock = mockClient(STSClient);
const retryOptions = {
  maxAttempts: 1,
  propagationWaitSeconds: 0,
  signal: new AbortController().signal,
  say: () => undefined,
};
const ask = () => callerArn(keys, mockedSts(), retryOptions);

beforeEach(() => {
  mock.reset();
});

test('the ARN that the keys belong to', async () => {
  mock.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::1:assumed-role/x/y' });
  expect(await ask()).toBe('arn:aws:sts::1:assumed-role/x/y');
});

test('is compared as it was answered, whatever secret has the same letters', async () => {
  addSecret('customer');
  mock.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::1:assumed-role/customer/y' });
  expect(await ask()).toBe('arn:aws:sts::1:assumed-role/customer/y');
});

test('an answer without one is not believed', async () => {
  mock.on(GetCallerIdentityCommand).resolves({});
  await expect(ask()).rejects.toMatchObject({ name: 'UnexpectedResponse' });
});
