import { describe, expect, jest, test } from '@jest/globals';
import {
  fileChanges,
  isChangedVariable,
  keyChanges,
  keysFingerprint,
  keysIn,
  profileChanges,
  regionChanges,
} from '../../../src/delivery/environment.ts';
import { fingerprint } from '../../../src/profiles/encrypt.ts';
import { Findings } from '../../../src/delivery/findings.ts';
import { replacedVariables, reportLaterProfile } from '../../../src/delivery/replaced.ts';
import { previousValues, restorations } from '../../../src/delivery/restore.ts';
import { variableRules } from '../../../src/delivery/variable-rules.ts';

const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 't' };
const keys = [
  { name: 'AWS_ACCESS_KEY_ID', value: 'ASIA1' },
  { name: 'AWS_SECRET_ACCESS_KEY', value: 's' },
  { name: 'AWS_SESSION_TOKEN', value: 't' },
];

describe('what changes', () => {
  test('the keys; without a session token an empty one, because a previous one must not stay', () => {
    expect(keyChanges(credentials)).toEqual(keys);
    expect(keyChanges({ accessKeyId: 'A', secretAccessKey: 's' })[2]).toEqual({
      name: 'AWS_SESSION_TOKEN',
      value: '',
    });
  });

  test('the region where it was given', () => {
    expect(regionChanges(undefined)).toEqual([]);
    expect(regionChanges('eu-west-1').map(({ name }) => name)).toEqual(['AWS_REGION', 'AWS_DEFAULT_REGION']);
  });

  test('a profile: AWS_DEFAULT_PROFILE follows where it is set', () => {
    expect(profileChanges('x', {})).toEqual([{ name: 'AWS_PROFILE', value: 'x' }]);
    expect(profileChanges('x', { AWS_DEFAULT_PROFILE: 'y' })).toContainEqual({
      name: 'AWS_DEFAULT_PROFILE',
      value: 'x',
    });
  });

  test('the files of profiles; the instance role stays usable only where its use was asked for', () => {
    const changed = (...given: Parameters<typeof fileChanges>): Record<string, string> =>
      Object.fromEntries(fileChanges(...given).map(({ name, value }) => [name, value]));
    expect(changed({ configPath: '/c', credentialsPath: '/k' }, false)).toEqual({
      AWS_CONFIG_FILE: '/c',
      AWS_SHARED_CREDENTIALS_FILE: '/k',
      AWS_SDK_LOAD_CONFIG: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    expect(changed({ configPath: '/c' }, true)).toEqual({ AWS_CONFIG_FILE: '/c', AWS_SDK_LOAD_CONFIG: '1' });
  });

  test('every variable that the table blanks is one that the post step may restore', () => {
    const unknown = variableRules.filter(({ name, does }) => does !== 'warn' && !isChangedVariable(name));
    expect(unknown).toEqual([]);
  });
});

describe('what a later step replaced of a profile', () => {
  const set = {
    ...{ AWS_PROFILE: 'p', AWS_CONFIG_FILE: '/c', AWS_ACCESS_KEY_ID: '', AWS_WEB_IDENTITY_TOKEN_FILE: '' },
  };
  const names = (before: Record<string, string>, now: Record<string, string>, only = Object.keys(set)) => {
    const changes = Object.entries(set).flatMap(([name, value]) =>
      only.includes(name) ? [{ name, value }] : [],
    );
    const { changed, secrets } = previousValues(changes, before);
    return replacedVariables(changed, secrets, { ...set, ...now });
  };

  test('is the profile, its file, and what outranks it, blanked by the step or not', () => {
    expect(names({}, {})).toEqual([]);
    expect(names({}, { AWS_PROFILE: 'q', AWS_CONFIG_FILE: '' })).toEqual(['AWS_PROFILE', 'AWS_CONFIG_FILE']);
    const other = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_WEB_IDENTITY_TOKEN_FILE: '/t' };
    expect(names({ AWS_ACCESS_KEY_ID: 'AKIA0' }, other)).toEqual(Object.keys(other));
    expect(names({}, other, ['AWS_PROFILE', 'AWS_CONFIG_FILE'])).toEqual(Object.keys(other));
  });

  test("is nothing where the step's own env hides the job's", () => {
    expect(names({ AWS_ACCESS_KEY_ID: 'AKIA0' }, { AWS_ACCESS_KEY_ID: 'AKIA0' })).toEqual([]);
    expect(names({ AWS_PROFILE: 'q' }, { AWS_PROFILE: 'q' })).toEqual([]);
  });

  test('of accounts, which export no profile, is what outranks AWS_PROFILE, and was not there before', () => {
    const { changed } = previousValues([{ name: 'AWS_CONFIG_FILE', value: '/c' }], {});
    const later = { AWS_CONFIG_FILE: '/c', AWS_PROFILE: 'a', AWS_ACCESS_KEY_ID: 'AKIA1' };
    expect(replacedVariables(changed, {}, later)).toEqual(['AWS_ACCESS_KEY_ID']);
    const left = (value: string) => [{ name: 'AWS_ACCESS_KEY_ID', set: fingerprint(value) }];
    expect(replacedVariables(changed, {}, later, left('AKIA1'))).toEqual([]);
    expect(replacedVariables(changed, {}, later, left('AKIA0'))).toEqual(['AWS_ACCESS_KEY_ID']);
  });
});

describe('remember and restore', () => {
  const changes = [
    ...keys,
    { name: 'AWS_REGION', value: 'eu-west-1' },
    { name: 'AWS_CREDENTIAL_EXPIRATION', value: '' },
  ];
  const before = { AWS_ACCESS_KEY_ID: 'AKIA0', AWS_SECRET_ACCESS_KEY: '', AWS_CREDENTIAL_EXPIRATION: '2020' };
  const now = {
    AWS_ACCESS_KEY_ID: 'ASIA1',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: 't',
    AWS_REGION: 'eu-west-1',
    AWS_CREDENTIAL_EXPIRATION: '',
  };

  test('previous secrets are stored separately; no value that was set is stored', () => {
    const { changed, secrets } = previousValues(changes, before);
    expect(secrets).toEqual({ AWS_ACCESS_KEY_ID: 'AKIA0' });
    expect(JSON.stringify(changed)).not.toMatch(/ASIA1|AKIA0/);
  });

  test('each is restored; where there was none, empty, unless that breaks a client', () => {
    const { changed, secrets } = previousValues(changes, before);
    expect(restorations(changed, secrets, now)).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', value: 'AKIA0' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: '' },
      { name: 'AWS_SESSION_TOKEN', value: '' },
      { name: 'AWS_CREDENTIAL_EXPIRATION', value: '2020' },
    ]);
  });

  test('what a later step has changed is left alone', () => {
    const { changed, secrets } = previousValues(changes, before);
    const later = { ...now, AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SESSION_TOKEN: undefined, AWS_REGION: 'x' };
    expect(restorations(changed, secrets, later).map(({ name }) => name)).toEqual([
      'AWS_SECRET_ACCESS_KEY',
      'AWS_CREDENTIAL_EXPIRATION',
    ]);
  });

  test("where a step's own env hides some of the keys, all are taken from the job", () => {
    const own = { AWS_ACCESS_KEY_ID: 'AKIA0', AWS_SECRET_ACCESS_KEY: 'own' };
    const { changed, secrets } = previousValues(keys, own);
    const taken = keys.map(({ name }) => ({ name, value: '' }));
    expect(restorations(changed, secrets, { ...own, AWS_SESSION_TOKEN: 't' })).toEqual(taken);
    expect(restorations(changed, secrets, { ...own, AWS_SESSION_TOKEN: 'x' })).toEqual([]);
    expect(restorations(changed, secrets, { ...own, AWS_SESSION_TOKEN: undefined })).toEqual([]);
  });

  test.each(['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'])(
    '%s is never made empty',
    (name) => {
      const { changed } = previousValues([{ name, value: 'x' }], {});
      expect(restorations(changed, {}, { [name]: 'x' })).toEqual([]);
    },
  );
});

test('keys in an environment, all three or none', () => {
  const whole = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_SESSION_TOKEN: 'c' };
  expect(keysIn(whole)).toEqual({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' });
  for (const name of Object.keys(whole)) {
    expect(keysIn({ ...whole, [name]: '' })).toBeUndefined();
    expect(keysFingerprint({ ...whole, [name]: undefined })).toBeUndefined();
    expect(keysFingerprint({ ...whole, [name]: 'x' })).not.toBe(keysFingerprint(whole));
  }
});

test('a profile that a later step put beside keys is reported, unless it was there before or does not exist', async () => {
  const printed = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const reported = async (name: string, before: string) => {
    const findings = new Findings();
    const environment = { AWS_PROFILE: name, AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
    await reportLaterProfile([{ name: 'AWS_PROFILE', set: fingerprint(before) }], environment, findings);
    return findings.sentences.length;
  };
  expect([await reported('', 'x'), await reported('default', 'default')]).toEqual([0, 0]);
  expect([await reported('missing', 'x'), await reported('default', 'x')]).toEqual([0, 1]);
  printed.mockRestore();
});
