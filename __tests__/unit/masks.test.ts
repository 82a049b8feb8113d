import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { beRunner } from './runner.ts';
import { mockSts } from './sts/mocked.ts';

mockSts();
const { main } = await import('../../src/main.ts');

// These tests have their own file, because masks stay for the life of the process.
test('mask-account-id masks the accounts of the chain, and those that an answer names', async () => {
  const sts = mockClient(STSClient);
  const message =
    'User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:AssumeRole on resource: x';
  sts.on(AssumeRoleCommand).rejects(
    Object.assign(new Error(message), {
      name: 'AccessDenied',
      Code: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    }),
  );
  const runner = beRunner({
    'INPUT_ROLE-ARN': 'arn:aws:iam::222222222222:role/customer',
    'INPUT_ACCESS-KEY-ID': 'AKIAIOSFODNN7EXAMPLE',
    'INPUT_SECRET-ACCESS-KEY': 'base-secret-key',
    'INPUT_MASK-ACCOUNT-ID': 'True',
  });
  await main(process.env);
  const said = runner.printed.filter((line) => !line.startsWith('::add-mask::')).join('\n');
  expect(said).toContain('arn:aws:iam::***:user/ci');
  expect(said).not.toMatch(/111111111111|222222222222/);
  expect(runner.summary()).not.toMatch(/111111111111|222222222222/);
  runner.end();
});
