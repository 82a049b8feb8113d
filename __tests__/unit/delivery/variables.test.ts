import { describe, expect, test } from '@jest/globals';
import { blankedVariables, variableWarnings } from '../../../src/delivery/variables.ts';

type Kind = Parameters<typeof blankedVariables>[0];

const blanked = (kind: Kind, environment: Record<string, string>, accountId?: string): string[] =>
  blankedVariables(kind, environment, accountId).map(({ name, value }) => {
    expect(value).toBe('');
    return name;
  });

describe('what is blanked', () => {
  const irsa = { AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/runner', AWS_WEB_IDENTITY_TOKEN_FILE: '/t' };
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };

  test.each(['keys', 'profile', 'accounts'] as const)(
    "%s: the runner's own web identity, which outranks a profile, and keys in the SDK for .NET 3",
    (kind) => {
      expect(blanked(kind, irsa)).toEqual(Object.keys(irsa));
      expect(blanked(kind, {})).toEqual([]);
    },
  );

  test.each(['profile', 'accounts'] as const)(
    '%s: the container endpoint, which some clients use when a renewal fails',
    (kind) => {
      const container = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      };
      expect(blanked(kind, container)).toEqual(Object.keys(container));
      expect(blanked('keys', container)).toEqual([]);
    },
  );

  test('keys, with one profile; with several accounts they stay', () => {
    expect(blanked('profile', keys)).toEqual(Object.keys(keys));
    expect(blanked('accounts', keys)).toEqual([]);
  });

  test('keys by their older names, with one profile', () => {
    const older = { AWS_ACCESS_KEY: 'a', AMAZON_ACCESS_KEY_ID: 'b', AWS_SECRET_KEY: 'c' };
    expect(blanked('profile', older)).toEqual(Object.keys(older));
    expect(blanked('accounts', older)).toEqual([]);
    // Of these s3cmd prefers AWS's own to the names of today.
    expect(blanked('keys', older)).toEqual(['AWS_ACCESS_KEY', 'AWS_SECRET_KEY']);
  });

  test("minio-go's own keys, with one profile", () => {
    const own = {
      MINIO_ACCESS_KEY: 'a',
      MINIO_SECRET_KEY: 'b',
      MINIO_ROOT_USER: 'c',
      MINIO_ROOT_PASSWORD: 'd',
    };
    expect(blanked('profile', own).sort()).toEqual(Object.keys(own).sort());
    expect([...blanked('accounts', own), ...blanked('keys', own)]).toEqual([]);
  });

  test('with keys, what belongs to other keys', () => {
    const stale = { AWS_SECURITY_TOKEN: 'x', AWS_CREDENTIAL_EXPIRATION: 'x', AWS_CREDENTIAL_SCOPE: 'x' };
    expect(blanked('keys', { ...stale, AWS_ACCOUNT_ID: '2' }, '1')).toEqual([
      ...Object.keys(stale),
      'AWS_ACCOUNT_ID',
    ]);
    expect(blanked('keys', { AWS_ACCOUNT_ID: '1', AWS_SECURITY_TOKEN: '' }, '1')).toEqual([]);
  });

  test.each(['keys', 'profile', 'accounts'] as const)(
    '%s: nothing that breaks a client when it is empty',
    (kind) => {
      const fragile = {
        AWS_PROFILE: 'x',
        AWS_DEFAULT_PROFILE: 'x',
        AWS_REGION: 'x',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'x',
      };
      expect(blanked(kind, fragile, '1')).toEqual([]);
    },
  );
});

test.each<[Kind, Record<string, string>, { name: string; value: string }[], string[]]>([
  ['keys', {}, [], []],
  ['keys', { AWS_PROFILE: 'x' }, [], ['AWS_PROFILE is set to "x"']],
  ['profile', { AWS_PROFILE: 'x' }, [{ name: 'AWS_PROFILE', value: 'mine' }], []],
  ['keys', { AWS_DEFAULT_PROFILE: 'x' }, [], ['AWS_DEFAULT_PROFILE is set to "x"']],
  [
    'keys',
    { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: '' },
    [],
    ['AWS_PROFILE is empty', 'AWS_DEFAULT_PROFILE is empty'],
  ],
  ['keys', { AWS_REGION: '' }, [], ['AWS_REGION is empty']],
  ['keys', { AWS_REGION: '' }, [{ name: 'AWS_REGION', value: 'eu-west-1' }], []],
  ['keys', { AWS_ACCOUNT_ID: '2' }, [{ name: 'AWS_ACCOUNT_ID', value: '' }], ['AWS_ACCOUNT_ID is set']],
  ['accounts', { AWS_ACCESS_KEY_ID: 'AKIASECRET' }, [], ['--profile']],
  ['accounts', { AWS_ACCESS_KEY: 'AKIASECRET' }, [], ['assume-role-chain exec --profile NAME --']],
  ['accounts', { AMAZON_ACCESS_KEY_ID: 'AKIASECRET' }, [], ['the SDK for JavaScript 2']],
  ['accounts', { MINIO_ROOT_USER: 'AKIASECRET' }, [], ['In restic and other tools on minio-go, it outranks']],
  ['profile', { MINIO_ACCESS_KEY: 'AKIASECRET', MINIO_SECRET_KEY: 's' }, [], ['It is blanked.']],
  ['keys', { AWS_BEARER_TOKEN_BEDROCK: 'AKIASECRET' }, [], ['calls to Amazon Bedrock use that token']],
  ['profile', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' }, [], []],
])('%s: warnings for %j with %j', (kind, environment, changes, words) => {
  const warnings = variableWarnings(kind, environment, changes, '1');
  expect(warnings).toEqual(words.map((word) => expect.stringContaining(word)));
  expect(warnings.join()).not.toContain('AKIASECRET');
});
