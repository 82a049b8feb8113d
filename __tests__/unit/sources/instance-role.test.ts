import { expect, test } from '@jest/globals';
import { isInstanceRole } from '../../../src/sources/instance-role.ts';

const ambient = (origin: Record<string, string>) => ({ kind: 'ambient', origin }) as const;

test('an ambient base is the instance role where nothing else is there', () => {
  expect(isInstanceRole(ambient({ AWS_REGION: 'eu-west-1' }), () => false)).toBe(true);
  expect(isInstanceRole(ambient({}), () => true)).toBe(false);
  expect(isInstanceRole({ kind: 'oidc', audience: 'sts.amazonaws.com' }, () => false)).toBe(false);
});

test.each([
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
])('not where %s is set; empty it is not', (name) => {
  expect(isInstanceRole(ambient({ [name]: 'x' }), () => false)).toBe(false);
  expect(isInstanceRole(ambient({ [name]: '' }), () => false)).toBe(true);
});
