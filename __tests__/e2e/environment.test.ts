import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, leftNothing, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const warningsOf = (annotations: readonly { level: string; message: string }[]): string[] =>
  annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);

describe('what is left over from other credentials', () => {
  test('is blanked, and restored by the post step', async () => {
    const machineEnv = {
      AWS_SECURITY_TOKEN: 'an-old-token-of-somebody',
      AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z',
      AWS_ACCOUNT_ID: '999999999999',
    };
    const result = await local.run({ workflow: workflow(assume(chain)), machineEnv });
    const step = stepOf(result);
    expect(step.exported).toMatchObject({
      AWS_SECURITY_TOKEN: '',
      AWS_CREDENTIAL_EXPIRATION: '',
      AWS_ACCOUNT_ID: '',
    });
    expect(warningsOf(step.annotations)).toEqual([
      expect.stringContaining('that account is attached to the exported keys'),
    ]);
    expect(result.env).toMatchObject(machineEnv);
    expect(result.leaks).toEqual([]);
  });

  test('is not touched where there is nothing', async () => {
    const result = await local.run({
      workflow: workflow(assume(chain)),
      machineEnv: { AWS_ACCOUNT_ID: '222222222222' },
    });
    expect(Object.keys(stepOf(result).exported)).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
    ]);
  });
});

test.each([
  [
    'AWS_PROFILE',
    'staging',
    'In the SDK for JavaScript and the SDK for .NET 3, that profile outranks the exported keys.',
  ],
  ['AWS_PROFILE', '', 'The config profile () could not be found'],
  ['AWS_DEFAULT_PROFILE', 'staging', 'AWS_DEFAULT_PROFILE is set to "staging"'],
])('%s=%j is warned about, and never blanked', async (name, value, words) => {
  const config = join(mkdtempSync(join(tmpdir(), 'config-')), 'config');
  writeFileSync(config, '[profile staging]\nregion = eu-west-1\n');
  const machineEnv = { [name]: value, AWS_CONFIG_FILE: config };
  const result = await local.run({ workflow: workflow(assume(chain)), machineEnv });
  const step = stepOf(result);
  rmSync(dirname(config), { recursive: true });
  expect(warningsOf(step.annotations)).toEqual([expect.stringContaining(words)]);
  expect(step.exported).not.toHaveProperty(name);
  expect(result.env).not.toHaveProperty(name);
});

describe('AWS_PROFILE that names no profile', () => {
  const machineEnv = { AWS_PROFILE: 'nope', AWS_CONFIG_FILE: '/no/config' };

  test('is an error for keys, with which every client would fail', async () => {
    const result = await local.run({ workflow: workflow(assume(chain)), machineEnv });
    const step = stepOf(result);
    expect(step.annotations).toEqual([
      expect.objectContaining({
        title: 'Invalid setting',
        message: expect.stringMatching(
          /^AWS_PROFILE: "nope" is not a profile in \/no\/config or .*credentials: /,
        ),
      }),
    ]);
    expect([local.aws.requests, local.github.requests, leftNothing(step)]).toEqual([[], [], true]);
  });

  test('is none where the step names another, or exports nothing', async () => {
    for (const more of [{ profile: 'customer' }, { 'export-env': 'false' }]) {
      const result = await local.run({ workflow: workflow(assume({ ...chain, ...more })), machineEnv });
      expect(result.conclusion).toBe('success');
    }
  });

  test('is none where an earlier step of this action has written it', async () => {
    const result = await local.run({
      workflow: workflow(assume({ ...chain, profile: 'customer' }), assume(chain, { name: 'again' })),
    });
    expect(result.conclusion).toBe('success');
  });
});

describe('the region', () => {
  test('of the environment is used and not exported', async () => {
    const result = await local.run({
      workflow: workflow(assume({ ...chain, region: '' })),
      machineEnv: { AWS_DEFAULT_REGION: 'eu-west-1' },
    });
    expect(stepOf(result).exported).not.toHaveProperty('AWS_REGION');
    expect(local.aws.requests[1]?.region).toBe('eu-west-1');
  });

  test('is never restored as empty, because the SDK for JavaScript rejects that', async () => {
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(result.env).toMatchObject({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: '' });
  });

  test('is restored as it was', async () => {
    const machineEnv = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' };
    const result = await local.run({ workflow: workflow(assume(chain)), machineEnv });
    expect(result.envAfterSteps).toMatchObject({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
    expect(result.env).toMatchObject(machineEnv);
  });
});
