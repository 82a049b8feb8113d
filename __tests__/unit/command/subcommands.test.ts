import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runSubcommand } from '../../../src/command/subcommands.ts';
import { fingerprintOf } from '../../../src/delivery/environment.ts';
import { cacheText } from '../../../src/profiles/cache.ts';
import { recordExported } from '../../../src/profiles/exported-sessions.ts';
import { makeStepFolder, writePrivate } from '../../../src/profiles/folder.ts';
import { recordHidden } from '../../../src/profiles/hidden.ts';
import { writeStoredProfiles } from '../../../src/profiles/stored-profiles.ts';
import { identity } from '../profiles/steps.ts';

const arn = 'arn:aws:sts::222222222222:assumed-role/customer/name';
const printed = { stdout: '', stderr: '' };
/** Of both streams, in order. */
let written: string[] = [];
let temp: string;
let folder: string;

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'subcommands-'));
  folder = makeStepFolder(temp, identity(1));
  const expires = Date.now() + 3_600_000;
  writePrivate(
    folder,
    'plan-0.cache.json',
    cacheText({
      ...{ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret-key', sessionToken: 'session-token' },
      ...{ accountId: '222222222222', obtained: Date.now(), expires },
    }),
  );
  const sts = { region: 'eu-west-1', useFips: false, useDualstack: false };
  writeStoredProfiles(folder, [
    {
      ...{ name: 'customer', assumedRoleArn: arn, accountId: '222222222222', region: 'eu-west-1' },
      ...{ plan: 'plan-0.json', sts, fromList: false },
    },
  ]);
  Object.assign(printed, { stdout: '', stderr: '' });
  written = [];
  for (const name of ['stdout', 'stderr'] as const)
    jest.spyOn(process[name], 'write').mockImplementation((chunk, done) => {
      printed[name] += String(chunk);
      written.push(String(chunk));
      if (typeof done === 'function') (done as () => void)();
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(temp, { recursive: true });
});

test('status names the profile, and none of its keys', async () => {
  expect(await runSubcommand({ kind: 'status', json: true }, folder, {})).toBe(0);
  expect(JSON.parse(printed.stdout)).toMatchObject([{ profile: 'customer' }]);
  expect(printed.stdout).not.toMatch(/secret-key|session-token/);
});

test('env masks before it prints', async () => {
  const call = { kind: 'env', format: 'export', profile: 'customer' } as const;
  expect(await runSubcommand(call, folder, { GITHUB_ACTIONS: 'true' })).toBe(0);
  expect(written.join('').replaceAll(/ASIAEXAMPLE|secret-key|session-token/g, 'SECRET')).toMatch(
    /^(?:::add-mask::SECRET\n){3}unset .*SECRET/s,
  );
  expect(printed.stdout).toMatch(/^unset [\w ]+\nexport AWS_ACCESS_KEY_ID=/);
});

test('env prints nothing where its masks cannot be printed', async () => {
  jest.spyOn(process.stderr, 'write').mockImplementation(() => {
    setImmediate(() => process.stderr.emit('error', new Error('ENOSPC')));
    return false;
  });
  const call = { kind: 'env', format: 'export', profile: 'customer' } as const;
  await expect(runSubcommand(call, folder, {})).rejects.toThrow('ENOSPC');
  expect(printed.stdout).toBe('');
});

test("release names the user's own file again, and blanks keys that a step exported", async () => {
  const variables = join(temp, 'env');
  writeFileSync(variables, '');
  jest.replaceProperty(process, 'env', { ...process.env, GITHUB_ENV: variables });
  const config = join(folder, 'config');
  const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret-key', sessionToken: 'session-token' };
  recordHidden(folder, [{ name: 'AWS_CONFIG_FILE', value: config }], { AWS_CONFIG_FILE: '/own' });
  recordExported(folder, {
    ...{ plan: 'plan', keys: fingerprintOf(keys), accountId: '222222222222', assumedRoleArn: arn },
    ...{ assumedRoleId: 'AROAEXAMPLE:name', sessionName: 'name', expiration: '2026-11-26T12:00:00Z' },
    credentialSource: 'oidc',
  });
  const environment = {
    ...{ GITHUB_ENV: variables, AWS_CONFIG_FILE: config, AWS_ACCESS_KEY_ID: keys.accessKeyId },
    ...{ AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_SESSION_TOKEN: keys.sessionToken },
  };
  expect(await runSubcommand({ kind: 'release' }, folder, environment)).toBe(0);
  expect(readFileSync(variables, 'utf8')).toMatch(/^AWS_CONFIG_FILE<<(\S+)\n\/own\n\1\nAWS_ACCESS_KEY_ID<</);
  expect(printed.stderr).toBe(
    'assume-role-chain: released: the credentials are destroyed. Blanked for later steps: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. ' +
      "Restored for later steps: AWS_CONFIG_FILE. Tools that find no keys and no profile use the runner's own role, if it has one.\n",
  );
});

test('release destroys the credentials, and blanks what names the folder', async () => {
  const variables = join(temp, 'env');
  writeFileSync(variables, '');
  jest.replaceProperty(process, 'env', { ...process.env, GITHUB_ENV: variables });
  const environment = {
    ...{ GITHUB_ENV: variables, AWS_CONFIG_FILE: join(folder, 'config') },
    ...{ AWS_SHARED_CREDENTIALS_FILE: '/elsewhere/credentials', AWS_PROFILE: 'customer' },
  };
  expect(await runSubcommand({ kind: 'release' }, folder, environment)).toBe(0);
  expect(printed.stderr).toMatch(/ AWS_PROFILE stays, because GitHub cannot unset it: .*\n$/);
  expect(existsSync(join(folder, 'plan-0.cache.json'))).toBe(false);
  const blanked = readFileSync(variables, 'utf8');
  expect(blanked).toContain('AWS_CONFIG_FILE');
  expect(blanked).not.toContain('AWS_SHARED_CREDENTIALS_FILE');
});

test('status has a line for each profile', async () => {
  expect(await runSubcommand({ kind: 'status', json: false }, folder, {})).toBe(0);
  expect(printed.stdout).toMatch(/^customer {2}arn:aws:sts::222222222222:\S+ {2}eu-west-1 {2}/);
  rmSync(join(folder, 'plan-0.cache.json'));
  printed.stdout = '';
  await runSubcommand({ kind: 'status', json: true }, folder, {});
  expect(JSON.parse(printed.stdout)).toMatchObject([{ expiration: null, 'last-failure': null }]);
});

test('env without credentials prints nothing', async () => {
  rmSync(join(folder, 'plan-0.cache.json'));
  const call = { kind: 'env', format: 'json', profile: 'customer' } as const;
  expect(await runSubcommand(call, folder, {})).toBe(1);
  expect(printed.stdout).toBe('');
  expect(printed.stderr).toContain('profile customer has no credentials: the plan ');
});

test('release without a file of GITHUB_ENV says which variables later steps still have', async () => {
  const environment = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: 'relative' };
  expect(await runSubcommand({ kind: 'release' }, folder, environment)).toBe(1);
  expect(printed.stderr).toContain('so later steps still have AWS_CONFIG_FILE.');
  printed.stderr = '';
  expect(await runSubcommand({ kind: 'release' }, folder, {})).toBe(0);
  expect(printed.stderr).toBe('assume-role-chain: released: the credentials are destroyed.\n');
});
