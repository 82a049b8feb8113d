import { expect, test } from '@jest/globals';
import { childEnvironment, keyVariables, namesToUnset } from '../../../src/command/child-environment.ts';

const keys = { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T', region: 'eu-west-1' };
const isOurs = (path: string): boolean => path.startsWith('/private/');
const delivered = { ...keyVariables(keys), AWS_EC2_METADATA_DISABLED: 'true' };

test('what names another identity is removed, not blanked; everything else stays', () => {
  const other = {
    AWS_PROFILE: 'p',
    AWS_DEFAULT_PROFILE: 'p',
    AWS_ROLE_ARN: 'r',
    AWS_ROLE_SESSION_NAME: 's',
    AWS_WEB_IDENTITY_TOKEN_FILE: 'f',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'u',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: 'u',
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 't',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'f',
    AWS_SECURITY_TOKEN: 't',
    AWS_CREDENTIAL_EXPIRATION: 'e',
    AWS_CREDENTIAL_SCOPE: 's',
    AWS_ACCOUNT_ID: '1',
    AWS_CONFIG_FILE: '/private/config',
    AWS_SHARED_CREDENTIALS_FILE: '/private/credentials',
    AWS_ACCESS_KEY_ID: 'old',
    AWS_SECRET_ACCESS_KEY: 'old',
    AWS_SESSION_TOKEN: 'old',
    AWS_REGION: 'old',
    AWS_EC2_METADATA_DISABLED: 'false',
  };
  const kept = { PATH: '/bin', EMPTY: '', AWS_ENDPOINT_URL: 'http://127.0.0.1', AWS_CA_BUNDLE: '/ca' };
  expect(childEnvironment({ ...other, ...kept }, keys, isOurs)).toEqual({ ...kept, ...delivered });
});

test("a user's own files stay", () => {
  const own = { AWS_CONFIG_FILE: '/mine', AWS_SHARED_CREDENTIALS_FILE: '/mine too' };
  expect(childEnvironment(own, keys, isOurs)).toEqual({ ...own, ...delivered });
  expect(namesToUnset(isOurs, own)).not.toContain('AWS_CONFIG_FILE');
});

test('names are removed in any case, as Windows reads them', () => {
  expect(childEnvironment({ Aws_Profile: 'p', Path: 'x' }, keys, isOurs)).toEqual({
    Path: 'x',
    ...delivered,
  });
});

test('what is added comes last', () => {
  const added = { AWS_PROFILE: 'acme', AWS_CONFIG_FILE: '/private/config' };
  expect(childEnvironment({ AWS_PROFILE: 'p', AWS_CONFIG_FILE: '/mine' }, keys, isOurs, added)).toEqual({
    ...delivered,
    ...added,
  });
});
