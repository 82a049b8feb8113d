import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { deployed } from '../../local/aws/cloudformation.ts';
import type { AccountSpec } from '../../local/aws/spec.ts';
import { supportsLocalEndpoints } from '../../local/aws-cli.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { where } from '../installed.ts';
import { assume, shown, stepOf, workflow } from '../workflows.ts';

/** A first run, before there is any role: the log has the commands that create it, and they work as they are printed. */

const id = '111111111111';
const keys = {
  accessKeyId: 'AKIAIOSFODNN7LOCAL00',
  secretAccessKey: 'local/secret/of/an/administrator/7f3aQ2',
};
const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const users = [{ name: 'administrator', ...keys, permissions: everything }];
const provider = { url: 'https://token.actions.githubusercontent.com', clientIds: ['sts.amazonaws.com'] };

let local: LocalServices;
let folder: string;
const start = async (more: Partial<AccountSpec> = {}, ...others: AccountSpec[]): Promise<void> => {
  const github = { immutableSubject: true };
  local = await startLocalServices({ github, spec: { accounts: [{ id, users, ...more }, ...others] } });
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first run '));
  // Replaces curl: the template comes from this repository.
  const templates = join(import.meta.dirname, '..', '..', 'templates', 'cloudformation');
  writeFileSync(join(folder, 'curl'), `#!/bin/sh\nexec cp "${templates}/$(basename "$2")" .\n`);
  chmodSync(join(folder, 'curl'), 0o755);
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const run = (role: string): Promise<RunResult> =>
  local.run({ workflow: workflow(assume({ 'role-arn': role, region: 'eu-west-1' })) });

/** Runs the lines from `curl` to `aws cloudformation deploy` as they are in the log. */
async function typePrinted(
  lines: readonly string[],
  by = keys,
): Promise<{ code: number | null; printed: string }> {
  const first = lines.findIndex((line) => line.startsWith('curl '));
  const last = lines.findIndex((line) => line.startsWith('aws cloudformation deploy '));
  expect([first > 0, last > first]).toEqual([true, true]);
  const env = {
    ...{ PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder, AWS_ENDPOINT_URL: local.aws.url },
    ...{ PYENV_ROOT: process.env['PYENV_ROOT'] ?? '', AWS_SECRET_ACCESS_KEY: by.secretAccessKey },
    AWS_ACCESS_KEY_ID: by.accessKeyId,
  };
  const script = lines.slice(first, last + 1).join('\n');
  const child = spawn('bash', ['-e', '-c', script], { cwd: folder, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return { code: await new Promise<number | null>((resolve) => child.on('close', resolve)), printed };
}

const awsCli = where(supportsLocalEndpoints(), 'An AWS CLI that reads AWS_ENDPOINT_URL');

awsCli.each<[string, string, Partial<AccountSpec>, string]>([
  ['in an account without a provider', 'github-deploy', {}, 'No OIDC identity provider'],
  ['in an account with one', 'ci/app/deploy_it', { oidcProviders: [provider] }, 'Token not trusted by role'],
])('the printed commands create the role %s', async (_, role, account, title) => {
  await start(account);
  const arn = `arn:aws:iam::${id}:role/${role}`;
  const failed = await run(arn);
  expect([failed.conclusion, stepOf(failed).annotations[0]?.title]).toEqual(['failure', title]);
  const { code, printed } = await typePrinted(stepOf(failed).lines);
  expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
  const succeeded = await run(arn);
  expect([succeeded.conclusion, shown(stepOf(succeeded))]).toEqual(['success', expect.any(String)]);
  expect(local.aws.account(id).current.oidcProviders).toEqual([provider]);
  // The role admits this subject, and no other.
  local.github.claims['sub'] = 'repo:acme@1001/shop@2002:ref:refs/heads/dev';
  expect((await run(arn)).conclusion).toBe('failure');
});

awsCli('after a first deployment with the other form of the subject, the commands correct it', async () => {
  await start();
  const arn = `arn:aws:iam::${id}:role/github-deploy`;
  await typePrinted(stepOf(await run(arn)).lines);
  local.github.claims['sub'] = 'repo:acme/shop:environment:production';
  const { code } = await typePrinted(stepOf(await run(arn)).lines);
  expect([code, (await run(arn)).conclusion]).toEqual([0, 'success']);
});

awsCli("the commands of a chain that finds no role in the customer's account create it there", async () => {
  const theirKeys = {
    accessKeyId: 'AKIAIOSFODNN7LOCAL11',
    secretAccessKey: 'local/secret/of/their/administrator/7f3a',
  };
  const administrator = { name: 'administrator', ...theirKeys, permissions: everything };
  const hub = deployed('hub', { Subjects: 'repo:acme@1001/shop@2002:*' }, { id });
  await start(hub, { id: '222222222222', users: [administrator] });
  const inputs = {
    'role-arn': `arn:aws:iam::${id}:role/deployment-hub\narn:aws:iam::222222222222:role/deploy/customer-deployment`,
    'external-id': 'acme-7f3a',
    region: 'eu-west-1',
  };
  const attempt = (): Promise<RunResult> => local.run({ workflow: workflow(assume(inputs)) });
  const failed = stepOf(await attempt());
  expect(failed.annotations[0]?.title).toBe('AssumeRole access denied');
  expect(shown(failed)).toContain('An administrator of account 222222222222 runs them:');
  expect(shown(failed)).toContain('EXTERNAL-ID is the value of the input external-id.');
  expect(failed.annotations[0]?.message).not.toContain('acme-7f3a');
  const lines = failed.lines.map((line) => line.replace('EXTERNAL-ID', 'acme-7f3a'));
  const { code, printed } = await typePrinted(lines, theirKeys);
  expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
  expect((await attempt()).conclusion).toBe('success');
});
