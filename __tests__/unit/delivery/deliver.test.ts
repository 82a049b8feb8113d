import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deliver } from '../../../src/delivery/deliver.ts';
import { readRequest } from '../../../src/request/request.ts';
import type { StepSettings } from '../../../src/request/step-settings.ts';
import type { RoleSession } from '../../../src/aws/session.ts';
import { given, surroundings } from '../request/given.ts';
import { identity } from '../profiles/steps.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

const session: RoleSession = {
  credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' },
  accountId: '222222222222',
  assumedRoleArn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
  assumedRoleId: 'AROA1:name',
  sessionName: 'name',
  expiration: new Date('2026-11-23T12:00:00Z'),
  expires: 4_102_444_800_000,
  hops: [],
};
const request = readRequest(given({ 'role-arn': 'arn:aws:iam::222222222222:role/customer' }), surroundings());
const assumed = { assumed: [{ target: request.targets[0], session }], failed: [] };
const to = (step: Partial<StepSettings> = {}) => ({
  request: { ...request, step: { ...request.step, ...step } },
  environment: process.env,
  temp: runner.temp,
  identity: identity(1),
});

test('an account that is not allowed gets nothing into the job', async () => {
  await expect(deliver(assumed, to({ allowedAccountIds: ['333333333333'] }))).rejects.toThrow(
    'account 222222222222, which is not one of allowed-account-ids: correct role-arn, or add the account',
  );
  expect([runner.text('GITHUB_ENV'), runner.text('GITHUB_OUTPUT'), runner.text('GITHUB_STATE')]).toEqual([
    '',
    '',
    '',
  ]);
});

test('a step that was stopped while it prepared delivery delivers nothing', async () => {
  const stop = AbortSignal.abort({ kind: 'cancelled', signal: 'SIGTERM' });
  await expect(deliver(assumed, { ...to(), stop })).rejects.toThrow(
    'Cancelled by SIGTERM while waiting for the export of the credentials',
  );
  expect([runner.text('GITHUB_ENV'), runner.text('GITHUB_STATE')]).toEqual(['', '']);
});

test('a file that fails half-way leaves the others as they were', async () => {
  const path = process.env['GITHUB_STATE'] ?? '';
  appendFileSync(path, 'earlier=1\n');
  process.env['GITHUB_ENV'] = join(runner.temp, 'no such folder', 'env');
  const environment = { ...process.env, GITHUB_ENV: '' };
  await expect(deliver(assumed, { ...to(), environment })).rejects.toThrow('Missing file');
  expect([runner.text('GITHUB_OUTPUT'), runner.text('GITHUB_STATE')]).toEqual(['', 'earlier=1\n']);
  expect(existsSync(join(runner.temp, 'assume-role-chain'))).toBe(false);
});
