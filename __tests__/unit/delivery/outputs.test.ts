import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { setOutputs } from '../../../src/delivery/outputs.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

const facts = {
  accountId: '1',
  assumedRoleArn: 'a',
  assumedRoleId: 'i',
  sessionName: 's',
  expiration: 'e',
  credentialSource: 'oidc',
};

test('every output of action.yml is set, and no other', () => {
  setOutputs({
    source: 'oidc',
    facts,
    credentials: { accessKeyId: 'k', secretAccessKey: 'x' },
    profile: 'p',
    accounts: [],
    configFile: '/c',
  });
  const { outputs } = parse(
    readFileSync(join(import.meta.dirname, '..', '..', '..', 'action.yml'), 'utf8'),
  ) as { outputs: object };
  expect(Object.keys(runner.read('GITHUB_OUTPUT')).sort()).toEqual(Object.keys(outputs).sort());
  expect(runner.read('GITHUB_OUTPUT')['session-token']).toBe('');
});

test('the keys only where they are asked for', () => {
  setOutputs({ source: 'oidc', facts });
  expect(Object.keys(runner.read('GITHUB_OUTPUT'))).not.toContain('access-key-id');
  expect(Object.keys(runner.read('GITHUB_OUTPUT'))).not.toContain('profile');
});
