import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { placeOfProfile } from '../../../src/profiles/user-files.ts';
import { makeStepFolder } from '../../../src/profiles/folder.ts';
import { fillCache, planFiles, writePlans } from '../../../src/profiles/plan-files.ts';
import { readCache } from '../../../src/profiles/cache.ts';
import { cacheOf, planPathOf, readStoredProfiles } from '../../../src/profiles/stored-profiles.ts';
import { blocker, thisProgram, writeProfiles } from '../../../src/profiles/write-profiles.ts';
import { newKey } from '../../../src/profiles/encrypt.ts';
import { keyVariableOf } from '../../../src/profiles/plan-key.ts';
import { readPlan } from '../../../src/profiles/plan-file.ts';
import type { Plan } from '../../../src/aws/plan.ts';
import type { RoleSession } from '../../../src/aws/session.ts';
import { planOf } from '../sts/plans.ts';
import { identity } from './steps.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
let temp: string;
let environment: Record<string, string>;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'a temp '));
  environment = {
    AWS_CONFIG_FILE: join(temp, 'own-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(temp, 'own-credentials'),
  };
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

const plan = planOf({ kind: 'oidc', audience: 'a' });
const limits = { timeoutSeconds: 60, maxAttempts: 5, propagationWaitSeconds: 0 };
const jobSummary = 'on-failure';
const program = { node: '/a b/node', bundle: '/x/credential-process.js', windows: false };
const session: RoleSession = {
  credentials: { accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't' },
  accountId: '222222222222',
  assumedRoleArn: 'arn:x',
  assumedRoleId: 'i',
  sessionName: 'n',
  expiration: new Date('2026-11-23T12:00:00Z'),
  expires: Date.now() + 3_600_000,
  hops: [],
};

/** A step's folder with this one plan. */
async function prepare(number: number, of: Plan = plan, key?: string, below = temp): Promise<string> {
  const folder = makeStepFolder(below, identity(number));
  await writePlans(folder, [{ plan: of, sharedHops: 0, key }], { limits, jobSummary });
  return folder;
}

const added = (name = 'new', of: Plan = plan) => [{ name, index: 0, plan: of, session }];

test('profiles of the user are found in both files', () => {
  expect(placeOfProfile('x', environment, temp)).toBeUndefined();
  writeFileSync(environment['AWS_CONFIG_FILE'] ?? '', '[profile x]\n');
  writeFileSync(environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '', '[y]\n');
  expect(placeOfProfile('x', environment, temp)).toBe('the AWS config file');
  expect(placeOfProfile('y', environment, temp)).toBe('the AWS credentials file');
  expect(
    placeOfProfile(
      'z',
      { AWS_CONFIG_FILE: join(temp, 'own-config', 'x'), AWS_SHARED_CREDENTIALS_FILE: '' },
      temp,
    ),
  ).toBeUndefined();
});

test('a file that is there and cannot be read is an error', () => {
  mkdirSync(environment['AWS_CONFIG_FILE'] ?? '');
  expect(() => placeOfProfile('x', environment, temp)).toThrow(
    /^AWS_CONFIG_FILE names .*own-config, which cannot be read \(EISDIR\)/,
  );
});

test("the user's config is copied byte by byte, and never written to", async () => {
  const bytes = Buffer.from([0x5b, 0x61, 0x5d, 0x0d, 0x0a, 0xff, 0xfe, 0x80]);
  writeFileSync(environment['AWS_CONFIG_FILE'] ?? '', bytes);
  mkdirSync(join(temp, 'ü'));
  const own = { ...plan, sts: { ...plan.sts, region: 'eu-west-1' } };
  const folder = await prepare(1, own, undefined, join(temp, 'ü'));
  const { configPath } = writeProfiles(
    added('new', own),
    { folder, temp: join(temp, 'ü'), environment, fromList: false },
    program,
  );
  const planPath = join(folder, 'plan-0.json');
  const copy = readFileSync(configPath);
  expect(copy.subarray(0, bytes.length)).toEqual(bytes);
  expect(copy.subarray(bytes.length).toString('utf8')).toBe(
    `\n[profile new]\ncredential_process = /usr/bin/env -u NODE_OPTIONS '/a b/node' /x/credential-process.js '${planPath}' credential-process\nregion = eu-west-1\n`,
  );
  expect(readFileSync(environment['AWS_CONFIG_FILE'] ?? '')).toEqual(bytes);
  expect(
    placeOfProfile(
      'new',
      { AWS_CONFIG_FILE: configPath, AWS_SHARED_CREDENTIALS_FILE: '/none' },
      join(temp, 'ü'),
    ),
  ).toBeUndefined();
});

test.each([
  [{ NODE_OPTIONS: '--use-system-ca' }, program],
  [{}, { ...program, node: '/a=b/node' }],
])(
  'with %j, or a path that env takes for a variable, Node.js is started as it is',
  async (more, { node, ...rest }) => {
    const { configPath } = writeProfiles(
      added(),
      { folder: await prepare(1), temp, environment: { ...environment, ...more }, fromList: false },
      { node, ...rest },
    );
    expect(readFileSync(configPath, 'utf8')).toMatch(/^credential_process = '?\/a[ =]b\/node/m);
  },
);

test('what is stored for the post step cannot be changed unseen', async () => {
  const folder = await prepare(1);
  const { fingerprint } = writeProfiles(added(), { folder, temp, environment, fromList: false });
  const stored = readStoredProfiles(folder, fingerprint);
  expect(stored).toEqual([
    {
      name: 'new',
      assumedRoleArn: 'arn:x',
      accountId: '222222222222',
      region: plan.sts.region,
      plan: 'plan-0.json',
      sts: plan.sts,
      fromList: false,
    },
  ]);
  const [profile] = stored ?? [];
  if (!profile) throw new Error('no profile');
  expect(planPathOf(folder, profile)).toBe(join(folder, 'plan-0.json'));
  expect(cacheOf(folder, profile)).toBe(join(folder, 'plan-0.cache.json'));
  const path = join(folder, 'profiles.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('arn:x', 'arn:y'));
  expect(readStoredProfiles(folder, fingerprint)).toBeUndefined();
  expect(readStoredProfiles(folder)?.[0]?.assumedRoleArn).toBe('arn:y');
  writeFileSync(path, text.replace('plan-0.json', '../plan-0.json'));
  expect(readStoredProfiles(folder)).toBeUndefined();
  rmSync(path);
  expect(readStoredProfiles(folder)).toBeUndefined();
});

test('a temporary folder that no client can use is a blocker', () => {
  expect(blocker(temp)).toBeUndefined();
  expect(blocker('/a #b')).toContain('white space before # or ;');
  expect(blocker('/a$HOME')).toContain('the AWS CLI and boto3 replace it');
  expect(blocker('/a:b')).toContain('shells split the PATH there');
});

test('the stored plan can be renewed and printed', async () => {
  const folder = await prepare(1);
  const before = Date.now();
  const { configPath } = writeProfiles(added(), { folder, temp, environment, fromList: true });
  expect(readPlan(join(folder, 'plan-0.json'), {})).toEqual({
    plan: JSON.parse(JSON.stringify(plan)) as unknown,
    limits,
    jobSummary,
    sharedHops: 0,
  });
  const cached = readCache(join(folder, 'plan-0.cache.json'));
  expect(cached).toEqual({
    ...session.credentials,
    accountId: '222222222222',
    obtained: cached?.obtained,
    needsIdToken: true,
    expires: session.expires,
  });
  expect(cached?.obtained).toBeGreaterThanOrEqual(before);
  const config = readFileSync(configPath, 'utf8');
  expect(config).toContain('[profile new]\n');
  expect(config).toContain(`region = ${plan.sts.region}\n`);
  expect(config).toContain(process.execPath);
});

test('this program is the one that runs', () => {
  expect(thisProgram()).toEqual({
    node: process.execPath,
    bundle: join(repository, 'src', 'profiles', 'credential-process.js'),
    windows: process.platform === 'win32',
  });
});

test('a credentials file has the same sections, unless the user has one', async () => {
  const context = { temp, environment, fromList: false };
  const first = writeProfiles(added(), { ...context, folder: await prepare(1) });
  const text = readFileSync(first.credentialsPath ?? '', 'utf8');
  expect(text).toBe(readFileSync(first.configPath, 'utf8').replace('[profile new]', '[new]'));
  const second = {
    AWS_CONFIG_FILE: first.configPath,
    AWS_SHARED_CREDENTIALS_FILE: first.credentialsPath,
  };
  const more = writeProfiles(added('more'), {
    ...context,
    environment: second,
    folder: await prepare(2),
  });
  expect(readFileSync(more.credentialsPath ?? '', 'utf8')).toMatch(/^\[new\]\n[^]*\n\[more\]\n/);
  writeFileSync(environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '', '');
  const third = writeProfiles(added(), { ...context, folder: await prepare(3) });
  expect(third.credentialsPath).toBeUndefined();
});

test('base keys are encrypted with a key that is only in the environment', async () => {
  const secretAccessKey = 'the-secret-of-the-base';
  const own = planOf({ kind: 'access-key', credentials: { accessKeyId: 'AKIA1', secretAccessKey } });
  const key = newKey();
  const folder = await prepare(1, own, key);
  writeProfiles(added('new', own), { folder, temp, environment, fromList: false });
  const path = join(folder, 'plan-0.json');
  for (const name of readdirSync(folder).filter((one) => one !== 'bin'))
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(secretAccessKey);
  const variable = keyVariableOf(identity(1).id);
  expect(readPlan(path, { [variable]: key }).plan).toEqual(JSON.parse(JSON.stringify(own)));
  expect(() => readPlan(path, {})).toThrow(`the variable ${variable}, with the key to the base credentials`);
  expect(() => readPlan(path, { [variable]: newKey() })).toThrow('does not have the key to the base');
});

test.each([
  ['/node', false, true],
  ['/a b/node', false, false],
  ['/node', true, false],
])(
  'with Node.js at %j and a credentials file %j, minio-go can use a profile: %j',
  async (node, hasFile, works) => {
    const path = environment['AWS_SHARED_CREDENTIALS_FILE'] ?? '';
    rmSync(path, { force: true });
    if (hasFile) writeFileSync(path, '[own]\n');
    const plain = mkdtempSync(join(tmpdir(), 'plain-'));
    const { worksInMinio } = writeProfiles(
      added(),
      { folder: await prepare(1, plan, undefined, plain), temp: plain, environment, fromList: false },
      { ...program, node },
    );
    rmSync(plain, { recursive: true });
    expect(worksInMinio).toBe(works);
  },
);

test('of many profiles, plans are written and caches are empty until their roles are assumed', async () => {
  const folder = makeStepFolder(temp, identity(1));
  const many = Array.from({ length: 300 }, () => ({ plan, sharedHops: 1 }));
  let turns = 0;
  const ticking = setInterval(() => (turns += 1));
  await writePlans(folder, many, { limits, jobSummary });
  clearInterval(ticking);
  // Answers of STS get their turn meanwhile.
  expect(turns).toBeGreaterThan(0);
  const [planPath = '', cachePath = ''] = planFiles(folder, [299]);
  expect(readPlan(planPath, {})).toMatchObject({ sharedHops: 1, limits, jobSummary });
  expect([lstatSync(cachePath).mode & 0o777, readCache(cachePath)]).toEqual([0o600, undefined]);
  fillCache(folder, 299, session, 'oidc', Date.now());
  expect(readCache(cachePath)).toMatchObject(session.credentials);
  expect(planFiles(folder, [])).toEqual([]);
  expect(() => {
    fillCache(folder, 300, session, 'oidc', Date.now());
  }).toThrow('ENOENT');
});
