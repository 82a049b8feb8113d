import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writePrivate } from '../../../src/profiles/folder.ts';
import { jobProfiles } from '../../../src/profiles/job-profiles.ts';
import { recordText } from '../../../src/profiles/record.ts';
import {
  releasedName,
  writeStoredProfiles,
  type StoredProfile,
} from '../../../src/profiles/stored-profiles.ts';

let temp: string;
let parent: string;
beforeEach(() => {
  run = '';
  temp = mkdtempSync(join(tmpdir(), 'a temp '));
  parent = join(temp, 'assume-role-chain');
  mkdirSync(parent, { mode: 0o700 });
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

const profile = (name: string, assumedRoleArn = 'arn:x'): StoredProfile => ({
  ...{
    name,
    assumedRoleArn,
    accountId: '222222222222',
    region: 'us-east-1',
    plan: 'plan-0.json',
    fromList: false,
  },
  sts: { region: 'us-east-1', useFips: false, useDualstack: false },
});

/** Which job the next steps belong to. */
let run = '';

/** A step's folder, made at this second. */
function step(second: number, ...profiles: StoredProfile[]): string {
  const folder = join(parent, randomUUID());
  mkdirSync(folder, { mode: 0o700 });
  writePrivate(folder, 'owner.json', recordText(1, { nonce: '', pid: 1, started: '', run }));
  writeStoredProfiles(folder, profiles);
  utimesSync(join(folder, 'profiles.json'), second, second);
  return folder;
}

test('the profiles of all steps, those of the last step first, and of two with a name the last one', () => {
  const first = step(1, profile('a', 'arn:old'), profile('b'));
  const last = step(3, profile('a', 'arn:new'), profile('c'));
  step(2, profile('d'));
  for (const folder of [first, last]) {
    const found = jobProfiles(folder);
    expect(found.map(({ name }) => name)).toEqual(['a', 'c', 'd', 'b']);
    expect(found[0]).toMatchObject({
      assumedRoleArn: 'arn:new',
      planPath: join(last, 'plan-0.json'),
      cachePath: join(last, 'plan-0.cache.json'),
      configPath: join(last, 'config'),
    });
  }
});

test('the profiles of another job are not seen, which was killed before its post steps', () => {
  const killed = step(2, profile('a', 'arn:killed'), profile('b'));
  run = 'next job';
  const own = step(1, profile('a', 'arn:own'));
  expect(jobProfiles(own)).toMatchObject([{ name: 'a', assumedRoleArn: 'arn:own' }]);
  expect(jobProfiles(killed)).toHaveLength(2);
});

test('what is not a private folder of a step is not believed', () => {
  const own = step(1, profile('a'));
  const open = step(2, profile('open'));
  chmodSync(open, 0o755);
  const elsewhere = mkdtempSync(join(temp, 'elsewhere-'));
  writeStoredProfiles(elsewhere, [profile('planted')]);
  symlinkSync(elsewhere, join(parent, randomUUID()));
  mkdirSync(join(parent, 'named'), { mode: 0o700 });
  writeStoredProfiles(join(parent, 'named'), [profile('named')]);
  writeFileSync(join(step(3), 'profiles.json'), '{"format":1,"profiles":[{}]}');
  expect(jobProfiles(own).map(({ name }) => name)).toEqual(['a']);
  for (const folder of [elsewhere, join(parent, 'named'), parent, temp, '/', 'relative', join(own, '..')])
    expect(() => jobProfiles(folder)).toThrow('is not a private folder of this action');
  expect(() => jobProfiles(open)).toThrow(`${open} is open to other users, so its files are not used.`);
  const gone = join(parent, randomUUID());
  expect(() => jobProfiles(gone)).toThrow(
    `${gone} does not exist. Profiles exist until the job's post steps run.`,
  );
  chmodSync(parent, 0o755);
  expect(() => jobProfiles(own)).toThrow(`${parent} is open to other users`);
});

test('a job without profiles, and one with released profiles', () => {
  const own = step(1);
  rmSync(join(own, 'profiles.json'));
  expect(() => jobProfiles(own)).toThrow('has no profiles. They exist until');
  writeStoredProfiles(own, [profile('a')]);
  writeFileSync(join(own, releasedName), '');
  expect(() => jobProfiles(own)).toThrow('were released: "assume-role-chain release" has destroyed');
});
