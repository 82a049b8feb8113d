import * as fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { identity } from './profiles/steps.ts';
import { mockSts } from './sts/mocked.ts';
import { customerArn, hopTo, keys, planOf } from './sts/plans.ts';

let isFull = false;
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  // A full disk has room for a name, and none for a content.
  writeFileSync: (...args: Parameters<typeof fs.writeFileSync>) => {
    if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    fs.writeFileSync(...args);
  },
}));
mockSts();
const { makeStepFolder, writePrivate } = await import('../../src/profiles/folder.ts');
const { planText } = await import('../../src/profiles/plan-file.ts');
const { runCredentialProcess } = await import('../../src/credential-process.ts');

const temp = mkdtempSync(join(tmpdir(), 'full-'));
afterEach(() => {
  isFull = false;
  jest.restoreAllMocks();
  rmSync(temp, { recursive: true });
});

test('on a full disk a profile renews all the same, and says that it cannot keep the credentials', async () => {
  const sts = mockClient(STSClient);
  sts.on(AssumeRoleCommand).resolves({
    Credentials: {
      ...{ AccessKeyId: 'ASIANEWNEWNEWNEW', SecretAccessKey: 'new-secret', SessionToken: 'token' },
      Expiration: new Date(Date.now() + 900_000),
    },
    AssumedRoleUser: {
      Arn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
      AssumedRoleId: 'AROA:name',
    },
  });
  const plan = planOf({ kind: 'access-key', credentials: keys }, [hopTo(customerArn)]);
  const limits = { timeoutSeconds: 5, maxAttempts: 1, propagationWaitSeconds: 0 };
  const text = planText({ plan, limits, jobSummary: 'on-failure', sharedHops: 0 });
  const path = writePrivate(makeStepFolder(temp, identity(1)), 'plan-0.json', text);
  const printed = { stdout: '', stderr: '' };
  jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    printed.stderr += String(chunk);
    return true;
  });
  isFull = true;
  await runCredentialProcess([path, 'credential-process'], {}, (line) => {
    printed.stdout += line;
    return true;
  });
  expect(JSON.parse(printed.stdout)).toMatchObject({ AccessKeyId: 'ASIANEWNEWNEWNEW' });
  expect(printed.stderr).toMatch(
    /^assume-role-chain: the credentials cannot be cached for the next call: ENOSPC[^\n]*\n$/,
  );
});
