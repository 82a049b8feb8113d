import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { supportsLocalEndpoints } from '../../local/aws-cli.ts';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  type LocalServices,
} from '../../local/services.ts';
import { where } from '../installed.ts';
import { shown } from '../workflows.ts';

/** The workflow that calls the real AWS once a week, against the local one. */

const root = join(import.meta.dirname, '..', '..');
const workflow = readFileSync(join(root, '.github', 'workflows', 'probe.yml'), 'utf8');

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const run = (vars: Record<string, string>) =>
  local.run({ workflow, vars, machineEnv: { PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' } });

test('without a role, it says so and succeeds', async () => {
  const result = await run({});
  result.cleanUp();
  expect(result.conclusion).toBe('success');
  expect(result.steps.map(shown).join('\n')).toContain('PROBE_ROLE_ARN');
  expect(local.aws.requests).toEqual([]);
});

const awsCli = where(supportsLocalEndpoints(), 'An AWS CLI that reads AWS_ENDPOINT_URL');

awsCli('it assumes one role, which requires no external id', async () => {
  const result = await run({ PROBE_ROLE_ARN: hubRole });
  result.cleanUp();
  expect(result.conclusion).toBe('success');
  expect(result.steps.at(-1)?.outcome).toBe('success');
});

awsCli('it assumes a chain whose last role requires an external id', async () => {
  const vars = { PROBE_ROLE_ARN: `${hubRole}\n${customerRole}`, PROBE_EXTERNAL_ID: externalId };
  const result = await run(vars);
  result.cleanUp();
  expect(result.conclusion).toBe('success');
  expect(result.steps.at(-1)?.outcome).toBe('success');
});
