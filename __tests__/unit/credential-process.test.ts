import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { cachePathOf, readCache, type CachedCredentials } from '../../src/profiles/cache.ts';
import { makeStepFolder } from '../../src/profiles/folder.ts';
import { planText } from '../../src/profiles/plan-file.ts';
import { recordFailure, writeCache } from '../../src/profiles/write-cache.ts';
import { identity } from './profiles/steps.ts';
import { customerArn, hopTo, keys, planOf } from './sts/plans.ts';
import { mockSts } from './sts/mocked.ts';

mockSts();
const { runCredentialProcess } = await import('../../src/credential-process.ts');

const sts = mockClient(STSClient);
let folder: string;
let planPath: string;
const printed = { stdout: '', stderr: '' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profile-'));
  planPath = join(makeStepFolder(folder, identity(1)), 'plan-0.json');
  const plan = planOf({ kind: 'access-key', credentials: keys }, [
    hopTo(customerArn, { durationSeconds: 3600 }),
  ]);
  writeFileSync(
    planPath,
    planText({
      plan,
      limits: { timeoutSeconds: 5, maxAttempts: 1, propagationWaitSeconds: 0 },
      jobSummary: 'on-failure',
      sharedHops: 0,
    }),
  );
  Object.assign(printed, { stdout: '', stderr: '' });
  for (const name of ['stdout', 'stderr'] as const) {
    jest.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    });
  }
  sts.reset();
  answers();
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

const answers = (): void =>
  void sts.on(AssumeRoleCommand).callsFake(() => ({
    Credentials: {
      AccessKeyId: 'ASIANEWNEWNEWNEW',
      SecretAccessKey: 'new-secret',
      SessionToken: 'token',
      Expiration: new Date(Date.now() + 3_600_000),
    },
    AssumedRoleUser: {
      Arn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
      AssumedRoleId: 'AROA:name',
    },
  }));

const cached = (left: number, more: Partial<CachedCredentials> = {}): CachedCredentials => {
  const expires = Date.now() + left * 1000;
  return {
    accessKeyId: 'ASIAOLD',
    secretAccessKey: 'old',
    sessionToken: 't',
    accountId: '1',
    obtained: expires - 3_600_000,
    expires,
    ...more,
  };
};
const answered = (): unknown => (JSON.parse(printed.stdout) as { AccessKeyId: unknown }).AccessKeyId;
const print = (text: string): boolean => {
  printed.stdout += text;
  return true;
};
const run = (): Promise<boolean> => runCredentialProcess([planPath, 'credential-process'], {}, print);

test('fresh ones come from the cache, on one line', async () => {
  writeCache(cachePathOf(planPath), cached(3000));
  await run();
  expect(answered()).toBe('ASIAOLD');
  expect(printed.stdout.split('\n')).toHaveLength(2);
  expect(sts.calls()).toHaveLength(0);
});

test.each([undefined, 1100, -5])('with %s s left they are renewed and cached', async (left) => {
  if (left !== undefined) writeCache(cachePathOf(planPath), cached(left));
  await run();
  expect(answered()).toBe('ASIANEWNEWNEWNEW');
  expect(printed).toMatchObject({ stderr: '' });
  expect(printed.stdout).not.toContain('::');
  expect(readCache(cachePathOf(planPath))?.accessKeyId).toBe('ASIANEWNEWNEWNEW');
});

test('where renewing fails, old ones of a minute or more are given, and stderr says why', async () => {
  sts.on(AssumeRoleCommand).rejects(new Error('no\nway'));
  writeCache(cachePathOf(planPath), cached(600));
  await run();
  expect(answered()).toBe('ASIAOLD');
  expect(printed.stderr).toMatch(
    /^assume-role-chain: the renewal failed; the current credentials are still valid: .*no way\n$/,
  );
  Object.assign(printed, { stdout: '', stderr: '' });
  sts.resetHistory();
  await run();
  expect(answered()).toBe('ASIAOLD');
  expect(sts.calls()).toHaveLength(0);
});

test.each([50, -1])(
  'with %i s left the failure is one line on stderr, and nothing is printed',
  async (left) => {
    sts.on(AssumeRoleCommand).rejects(new Error('no way'));
    writeCache(cachePathOf(planPath), cached(left));
    await run();
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toMatch(
      /^assume-role-chain: AssumeRole of arn:\S+ \(hop 1 of 1\): Error: no way\n$/,
    );
    expect(process.exitCode).toBe(1);
  },
);

test.each([600, -1])(
  'with %i s left, a signal ends the renewal, which is no failure: the next one begins at once',
  async (left) => {
    sts.on(AssumeRoleCommand).callsFake(() => {
      process.emit('SIGTERM', 'SIGTERM');
      return new Promise(() => undefined);
    });
    writeCache(cachePathOf(planPath), cached(left));
    const before = readdirSync(dirname(planPath));
    await run();
    expect(printed.stdout).toBe('');
    expect(printed.stderr).toMatch(
      /^assume-role-chain: Cancelled by SIGTERM while waiting for AssumeRole of arn:\S+ \(hop 1 of 1\)\n$/,
    );
    expect(process.exitCode).toBe(1);
    expect(readdirSync(dirname(planPath))).toEqual(before);
    answers();
    await run();
    expect(answered()).toBe('ASIANEWNEWNEWNEW');
  },
);

test('what another process has renewed meanwhile is taken', async () => {
  writeFileSync(planPath.replace(/json$/, 'lock'), `${process.pid} another`);
  const waiting = run();
  writeCache(cachePathOf(planPath), cached(3000, { accessKeyId: 'ASIATHEIRS' }));
  await waiting;
  expect(answered()).toBe('ASIATHEIRS');
  expect(sts.calls()).toHaveLength(0);
});

test('a plan that is gone is one line', async () => {
  rmSync(planPath);
  await run();
  expect(printed.stderr).toMatch(/^assume-role-chain: the plan .* cannot be read \(ENOENT\)\. .*\n$/);
  expect(process.exitCode).toBe(1);
});

test.each(['{}', 'null', '', '[]', '{"format":1}', '{"format":1,"content":"{}","fingerprint":"x"}'])(
  'a plan with the content %j is one line, and is left alone',
  async (content) => {
    writeFileSync(planPath, content);
    await run();
    expect(printed.stderr).toMatch(/^assume-role-chain: .* is not a plan that this version .*\n$/);
    expect(readFileSync(planPath, 'utf8')).toBe(content);
    expect(sts.calls()).toHaveLength(0);
  },
);

test.each([
  ['null', 'null'],
  ['{}', '{}'],
  ['another version', JSON.stringify({ ...cached(3000), format: 0 })],
  ['text for a time', JSON.stringify({ ...cached(3000), format: 1, expires: 'x' })],
  ['the future', JSON.stringify({ ...cached(7200), format: 1, obtained: Date.now() + 3_600_000 })],
  ['a session of a year', JSON.stringify({ ...cached(365 * 86_400), format: 1, obtained: Date.now() - 1 })],
])('a cache of %s counts as absent, and is made anew', async (_, content) => {
  writeFileSync(cachePathOf(planPath), content);
  await run();
  expect(answered()).toBe('ASIANEWNEWNEWNEW');
  expect(readCache(cachePathOf(planPath))?.accessKeyId).toBe('ASIANEWNEWNEWNEW');
});

test('so does a folder in place of the cache, of the lock and of the failure', async () => {
  const beside = (name: string): string => planPath.replace(/json$/, name);
  for (const path of [cachePathOf(planPath), beside('lock'), beside('cache.failed')])
    mkdirSync(join(path, 'with something in it'), { recursive: true });
  await run();
  expect(answered()).toBe('ASIANEWNEWNEWNEW');
  expect(readCache(cachePathOf(planPath))?.accessKeyId).toBe('ASIANEWNEWNEWNEW');
});

test('a failure in the future stops no process', async () => {
  recordFailure(cachePathOf(planPath), { at: Date.now() + 3_600_000, why: 'STS said no' });
  writeCache(cachePathOf(planPath), cached(600, { failed: { at: Date.now() + 3_600_000, why: 'x' } }));
  await run();
  expect(answered()).toBe('ASIANEWNEWNEWNEW');
});

test('those who wait for a renewal that fails fail with it, and do not begin another', async () => {
  writeFileSync(planPath.replace(/json$/, 'lock'), `${process.pid} another`);
  const waiting = run();
  await new Promise((resolve) => setTimeout(resolve, 5));
  recordFailure(cachePathOf(planPath), { at: Date.now(), why: 'STS said no' });
  await waiting;
  expect(printed.stderr).toBe('assume-role-chain: STS said no\n');
  expect(sts.calls()).toHaveLength(0);
});

test('a secret that an answer quotes is not shown', async () => {
  const quoting = `the key ${keys.secretAccessKey} is no good`;
  sts.on(AssumeRoleCommand).rejects(new Error(quoting));
  await run();
  expect(printed.stderr).toContain('the key *** is no good');
  expect(printed.stderr).not.toContain(keys.secretAccessKey);
});

test('an ID token can only be had in a step of the job', async () => {
  const plan = planOf({ kind: 'oidc', audience: 'a' }, [hopTo(customerArn)]);
  const limits = { timeoutSeconds: 5, maxAttempts: 1, propagationWaitSeconds: 0 };
  writeFileSync(planPath, planText({ plan, limits, jobSummary: 'on-failure', sharedHops: 0 }));
  await run();
  expect(printed.stderr).toContain('ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are not in the environment');
});

test.each([[[]], [['plan.json']], [['plan.json', 'post']], [['plan.json', 'credential-process', 'more']]])(
  'arguments that it does not understand, %j, are one line on stderr and exit code 1',
  async (words: string[]) => {
    await runCredentialProcess(words, {}, print);
    expect(printed).toEqual({
      stdout: '',
      stderr: expect.stringMatching(/^assume-role-chain: usage: credential-process.js PLAN .*\n$/),
    });
    expect(process.exitCode).toBe(1);
  },
);

test.each([
  ['outside a private folder', () => join(folder, 'plan-0.json')],
  ['of another name', () => join(dirname(planPath), 'plan.json')],
  ['above its folder', () => `${dirname(planPath)}/../plan-0.json`],
  ['that is relative', () => 'plan-0.json'],
  ['of a folder', () => dirname(planPath)],
  ['with a line end', () => `${folder}\n::error::x`],
])('a plan path %s is one line, and nothing is read or written there', async (_, path) => {
  writeFileSync(join(folder, 'plan-0.json'), readFileSync(planPath));
  const before = readdirSync(folder);
  await runCredentialProcess([path(), 'credential-process'], {}, print);
  expect(printed.stdout).toBe('');
  expect(printed.stderr).toMatch(/^assume-role-chain: ".*" is not the plan of a profile .*\n$/);
  expect(process.exitCode).toBe(1);
  expect(readdirSync(folder)).toEqual(before);
  expect(sts.calls()).toHaveLength(0);
});
