import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { customerRole, externalId, openStage, type Stage } from '../../local/stage.ts';
import { stepOf } from '../workflows.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const examples = join(import.meta.dirname, '..', '..', 'examples');
/** The stand-in for the AWS CLI does for what the examples ask. */
const machineEnv = {
  PATH: `${join(import.meta.dirname, '..', '..', 'local', 'stand-in')}:${process.env['PATH'] ?? ''}`,
};
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';

test('a customer deployment', async () => {
  const result = await stage.run({ workflow: join(examples, 'customer-deployment.yml'), machineEnv });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 2).stdout).toContain(`"Arn": "${customer}"`);
  expect(result.leaks).toEqual([]);
});

test('many customers in one step, and what a matrix gets', async () => {
  const secrets = {
    CUSTOMERS: JSON.stringify({ acme: { 'role-arn': customerRole, 'external-id': externalId } }),
  };
  const result = await stage.run({
    workflow: join(examples, 'many-customers.yml'),
    job: 'survey',
    secrets,
    machineEnv,
  });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 1).stdout).toContain(`"Arn": "${customer}"`);
  expect(JSON.parse(result.outputs['accounts'] ?? '')).toEqual([
    expect.objectContaining({ profile: 'acme', 'assumed-role-arn': customer }),
  ]);
  expect(result.leaks).toEqual([]);
});
