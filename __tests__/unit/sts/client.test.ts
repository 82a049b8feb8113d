import { expect, test } from '@jest/globals';
import { ambientCredentials, awsVariables } from '../../../src/sts/ambient.ts';
import { Sts } from '../../../src/sts/client.ts';
import { Connections } from '../../../src/sts/connections.ts';
import { keys } from './plans.ts';

const settings = { region: 'eu-west-1', useFips: false, useDualstack: false };

test('a client is settled: one attempt, nothing looked up in files or the environment', async () => {
  const sts = new Sts({ ...settings, endpoint: 'http://localhost:1/sts' }, new Connections({}));
  const seen = await sts.send(keys, async ({ config }) => ({
    region: await config.region(),
    attempts: await config.maxAttempts(),
    endpoint: await config.endpoint?.(),
    fips: await config.useFipsEndpoint(),
    dualstack: await config.useDualstackEndpoint(),
    credentials: await config.credentials(),
  }));
  expect(seen).toMatchObject({
    region: 'eu-west-1',
    attempts: 1,
    endpoint: { hostname: 'localhost', port: 1, path: '/sts' },
    fips: false,
    dualstack: false,
    credentials: keys,
  });
});

test('what one request learns of the clock, the next one knows', async () => {
  const sts = new Sts(settings, new Connections({}));
  await sts.send(keys, ({ config }) => {
    config.systemClockOffset = 5000;
    return Promise.resolve();
  });
  expect(await sts.send(keys, ({ config }) => Promise.resolve(config.systemClockOffset))).toBe(5000);
  await expect(sts.send(keys, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
});

test('what the SDK finds by an origin, which is laid aside again', async () => {
  const before = awsVariables(process.env);
  const origin = { AWS_ACCESS_KEY_ID: 'AKIAFOUND', AWS_SECRET_ACCESS_KEY: 'found' };
  process.env['AWS_PROFILE'] = 'of a later step';
  expect(await ambientCredentials(origin, 'eu-west-1')).toEqual({
    accessKeyId: 'AKIAFOUND',
    secretAccessKey: 'found',
  });
  expect(await ambientCredentials({ ...origin, AWS_SESSION_TOKEN: 'token' }, 'eu-west-1')).toMatchObject({
    sessionToken: 'token',
  });
  expect(awsVariables(process.env)).toEqual({ ...before, AWS_PROFILE: 'of a later step' });
  Reflect.deleteProperty(process.env, 'AWS_PROFILE');
  Object.assign(process.env, before);
});
