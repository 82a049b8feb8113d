import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { makeStepFolder } from '../../../src/profiles/folder.ts';
import { writeStoredProfiles } from '../../../src/profiles/stored-profiles.ts';
import { identity } from './steps.ts';

const home = mkdtempSync(join(os.tmpdir(), 'home '));
jest.unstable_mockModule('node:os', () => ({ ...os, homedir: () => home }));
const { defaultWarnings, faultOfProfile, iniWarnings, overridden, placeOfProfile, withoutOwnProcess } =
  await import('../../../src/profiles/user-files.ts');

beforeAll(() => {
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'config'), '[profile at-home]\n');
  writeFileSync(join(home, '.aws', 'credentials'), '[kept]\n');
  writeFileSync(join(home, 'else~where'), '[profile elsewhere]\n');
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

test.each([
  ['at-home', {}, 'the AWS config file'],
  ['at-home', { AWS_CONFIG_FILE: '' }, 'the AWS config file'],
  ['kept', {}, 'the AWS credentials file'],
  ['at-home', { AWS_CONFIG_FILE: '~/.aws/config' }, 'the AWS config file'],
  ['kept', { AWS_SHARED_CREDENTIALS_FILE: '~/.aws/credentials' }, 'the AWS credentials file'],
  ['elsewhere', { AWS_CONFIG_FILE: join(home, 'else~where') }, 'the AWS config file'],
  ['at-home', { AWS_CONFIG_FILE: '~at-home/.aws/config' }, undefined],
])('%s is looked for at home, where %j says nothing else', (name, environment, place) => {
  expect(placeOfProfile(name, environment, home)).toBe(place);
});

test.each([
  [{ AWS_PROFILE: 'nope' }, `"nope" is not a profile in ${join(home, '.aws', 'config')} or `],
  [{ AWS_PROFILE: 'at-home', AWS_CONFIG_FILE: '/no/file' }, '"at-home" is not a profile in /no/file or '],
  [{ AWS_PROFILE: 'at-home' }, undefined],
  [{ AWS_PROFILE: 'kept' }, undefined],
  [{ AWS_PROFILE: 'default' }, undefined],
  [{ AWS_PROFILE: '' }, undefined],
  [{}, undefined],
  // It cannot be read as a file, and boto3 would expand the other.
  [{ AWS_PROFILE: 'nope', AWS_CONFIG_FILE: home }, undefined],
  [{ AWS_PROFILE: 'nope', AWS_CONFIG_FILE: '$HOME/config' }, undefined],
])('the fault of %j is %j', (environment, fault) => {
  const found = faultOfProfile(environment, []);
  expect(fault === undefined ? found : found?.slice(0, fault.length)).toBe(fault);
});

test('a profile that was released is said to be, where no file has it again', () => {
  const folder = makeStepFolder(home, identity(1));
  const profile = {
    ...{ name: 'customer', assumedRoleArn: 'arn', accountId: '222222222222', region: 'us-east-1' },
    ...{ plan: 'plan-0.json', sts: { region: 'us-east-1', useFips: false, useDualstack: false } },
  };
  writeStoredProfiles(folder, [
    { ...profile, fromList: false },
    { ...profile, name: 'at-home', fromList: false },
  ]);
  expect(faultOfProfile({ AWS_PROFILE: 'customer' }, [folder])).toMatch(
    /^"customer" is a profile that "assume-role-chain release" destroyed, .*\. Use the input profile in this step, /,
  );
  expect(faultOfProfile({ AWS_PROFILE: 'nope' }, [folder])).toMatch(/^"nope" is not a profile in /);
  expect(faultOfProfile({ AWS_PROFILE: 'at-home' }, [folder])).toBeUndefined();
});

test('a profile has its own process in each file that has one for it, and in one at least', () => {
  const path = join(home, 'processes');
  const folder = join(home, 'assume-role-chain', '00000000-0000-4000-8000-000000000001');
  const process = (plan: string): string => `credential_process = node '${join(folder, plan)}' word`;
  const sections = {
    kept: process('plan-0.json'),
    'kept-10': process('plan-10.json'),
    emptied: 'region = us-east-1',
    swapped: process('plan-0.json'),
    foreign: 'credential_process = other',
    elsewhere: process('plan-5.json').replace('000000000001', '000000000002'),
  };
  const text = Object.entries(sections).map(([name, line]) => `[profile ${name}]\n${line}\n`);
  writeFileSync(path, text.join(''));
  const profiles = ['kept', 'emptied', 'swapped', 'foreign', 'deleted', 'elsewhere'].map((name, index) => ({
    ...{ name, plan: `plan-${index}.json` },
  }));
  const tenth = { name: 'kept-10', plan: 'plan-10.json' };
  for (const variable of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    expect(withoutOwnProcess([...profiles, tenth], folder, { [variable]: path })).toEqual(profiles.slice(1));
  expect(withoutOwnProcess(profiles, folder, { AWS_CONFIG_FILE: home })).toEqual(profiles);
  // One file is right, and the other has another profile's process.
  const wrong = join(home, 'wrong');
  writeFileSync(wrong, `[kept]\n${process('plan-1.json')}\n`);
  const both = { AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: wrong };
  expect(withoutOwnProcess(profiles.slice(0, 1), folder, both)).toHaveLength(1);
});

test('keys are looked for in both files, and a file that cannot be read has none', () => {
  const path = join(home, 'with-keys');
  writeFileSync(path, '[given]\naws_access_key_id = AKIA\n');
  const profiles = [{ name: 'given' }, { name: 'kept' }];
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    expect(overridden(profiles, { [name]: path }, home)).toEqual([{ name: 'given' }]);
  expect(overridden(profiles, { AWS_CONFIG_FILE: home }, home)).toEqual([]);
});

test.each([
  ['[default]\nregion = eu-west-1\n', 0],
  ['[default]\naws_access_key_id = A\n', 1],
  ['[default]\ncredential_process = other\n', 1],
  ['[other]\naws_access_key_id = A\n', 0],
])('tools that name no profile use the default one, where it has credentials: %j', (text, count) => {
  const path = join(home, 'with default');
  writeFileSync(path, text);
  expect(defaultWarnings({ AWS_CONFIG_FILE: path }, home)).toEqual(
    Array<unknown>(count).fill(expect.stringContaining('Tools that name no profile use them')),
  );
});

if (process.platform !== 'win32')
  test('a pipe and a device that never ends are no files, and /dev/null is', () => {
    const pipe = join(home, 'pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    for (const path of [pipe, '/dev/zero'])
      expect(() => iniWarnings({ AWS_CONFIG_FILE: path })).toThrow(
        `${path}, which cannot be read (it is not a file)`,
      );
    expect(iniWarnings({ AWS_CONFIG_FILE: '/dev/null' })).toEqual([]);
  });

test('a file of 80 MB, which takes a minute, is refused', () => {
  const path = join(home, 'large');
  writeFileSync(path, '');
  truncateSync(path, 80e6);
  expect(() => iniWarnings({ AWS_CONFIG_FILE: path })).toThrow(
    `${path}, which cannot be read (it has 80000000 bytes, and at most 4194304 are read)`,
  );
});
