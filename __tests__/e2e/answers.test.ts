import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fault } from '../../local/aws/faults.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, leftNothing, postOf, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const answeredFor = (arn: string): Fault => ({ kind: 'identity', action: 'AssumeRole', arn });

test.each<[string, Fault, string]>([
  [
    'another account',
    answeredFor('arn:aws:sts::333333333333:assumed-role/customer-deployment/acme.shop@42'),
    'the answer is for',
  ],
  [
    'another role',
    answeredFor('arn:aws:sts::222222222222:assumed-role/admin/acme.shop@42'),
    'the answer is for',
  ],
  [
    'a role in other case',
    answeredFor('arn:aws:sts::222222222222:assumed-role/Customer-Deployment/acme.shop@42'),
    'the answer is for',
  ],
  [
    'another session',
    answeredFor('arn:aws:sts::222222222222:assumed-role/customer-deployment/mallory'),
    'the answer is for',
  ],
  [
    'another partition',
    answeredFor('arn:aws-cn:sts::222222222222:assumed-role/customer-deployment/acme.shop@42'),
    'the answer is for',
  ],
  [
    'no credentials',
    { kind: 'credentials', action: 'AssumeRole', omit: ['Credentials'] },
    'has no complete credentials',
  ],
  [
    'no session token',
    { kind: 'credentials', action: 'AssumeRole', omit: ['SessionToken'] },
    'has no complete credentials',
  ],
  [
    'no identity',
    { kind: 'credentials', action: 'AssumeRole', omit: ['AssumedRoleUser'] },
    'has no complete credentials',
  ],
  [
    '13 hours',
    {
      kind: 'credentials',
      action: 'AssumeRole',
      values: { Expiration: new Date(Date.now() + 13 * 3_600_000).toISOString() },
    },
    '3600 s were requested',
  ],
  ['no expiration', { kind: 'credentials', action: 'AssumeRole', omit: ['Expiration'] }, 'does not say when'],
])('an answer for %s is refused before anything is exported', async (_, fault, words) => {
  local.aws.injectFault(fault);
  const result = await local.run({ workflow: workflow(assume(chain)) });
  const step = stepOf(result);
  expect(step.outcome).toBe('failure');
  expect(step.annotations[0]?.message).toContain(words);
  expect(leftNothing(step)).toBe(true);
  expect(result.leaks).toEqual([]);
  expect(postOf(result).annotations).toEqual([]);
});
