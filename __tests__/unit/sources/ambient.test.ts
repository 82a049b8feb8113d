import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ambientCredentials, awsVariables } from '../../../src/sources/ambient.ts';
import { Connections } from '../../../src/sts/connections.ts';

test('what the SDK finds by an origin, which is laid aside again', async () => {
  const before = awsVariables(process.env);
  const origin = { AWS_ACCESS_KEY_ID: 'AKIAFOUND', AWS_SECRET_ACCESS_KEY: 'found' };
  process.env['AWS_PROFILE'] = 'of a later step';
  expect(await ambientCredentials(origin, 'eu-west-1', new Connections({}))).toEqual({
    accessKeyId: 'AKIAFOUND',
    secretAccessKey: 'found',
  });
  expect(
    await ambientCredentials({ ...origin, AWS_SESSION_TOKEN: 'token' }, 'eu-west-1', new Connections({})),
  ).toMatchObject({
    sessionToken: 'token',
  });
  expect(awsVariables(process.env)).toEqual({ ...before, AWS_PROFILE: 'of a later step' });
  Reflect.deleteProperty(process.env, 'AWS_PROFILE');
  Object.assign(process.env, before);
});

test.each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'])(
  'a file that the SDK would read for minutes is refused: %s',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'aws '));
    const path = join(folder, 'large');
    writeFileSync(path, '');
    truncateSync(path, 80e6);
    const origin = { AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none', [name]: path };
    try {
      await expect(ambientCredentials(origin, 'eu-west-1', new Connections({}))).rejects.toMatchObject({
        name: 'CredentialsProviderError',
        message: `${path} cannot be read, because it has 80000000 bytes, and at most 4194304 are read`,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test.each([
  ['gone', '', 'Could not resolve credentials using profile: [gone] in configuration/credentials file(s)'],
  ['broken', '[profile broken]\ncredential_process = false --token hunter2\n', 'credential_process failed'],
  [
    'empty',
    '[profile empty]\ncredential_process = echo {}\n',
    'Profile empty credential_process did not return',
  ],
])('why the profile %s gives nothing', async (name, config, reason) => {
  const folder = mkdtempSync(join(tmpdir(), 'aws '));
  writeFileSync(join(folder, 'config'), config);
  const origin = {
    AWS_PROFILE: name,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  try {
    const failure: unknown = await ambientCredentials(origin, 'eu-west-1', new Connections({})).catch(
      (error: unknown) => error,
    );
    expect((failure as Error).message).toContain(reason);
    expect((failure as Error).message).not.toContain('hunter2');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
