import { expect, test } from '@jest/globals';
import { ambientCredentials, awsVariables } from '../../../src/sts/ambient.ts';
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
