import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { has, where } from '../installed.ts';
import { chain, assume, shown, stepOf, workflow } from '../workflows.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';

/**
 * Real clients, each using what a step has exported against a server that verifies their signatures. A machine may
 * lack some of them: that is said, and where CI is true it is a failure.
 */

let local: LocalServices;
beforeAll(async () => {
  local = await startLocalServices();
});
afterAll(() => local.close());

const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';

/** Runs a step after ours, in the environment that ours has left. */
async function afterwards(
  run: string,
  more: Partial<StepSpec> = {},
  inputs: Record<string, string> = {},
): Promise<string> {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, ...inputs }), { name: 'client', run, ...more }),
    machineEnv: {
      PYENV_ROOT: process.env['PYENV_ROOT'] ?? '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
  const step = stepOf(result, 1);
  expect([step.outcome, step.stderr]).toEqual(['success', '']);
  expect(result.leaks).toEqual([]);
  expect(result.conclusion).toBe('success');
  result.cleanUp();
  return shown(step);
}

const calls = (service: string): unknown[] =>
  local.aws.requests
    .filter((request) => request.service === service)
    .map(({ callerArn, status }) => [callerArn, status]);

where(has('aws', '--version'), 'The AWS CLI')('the AWS CLI', async () => {
  expect(await afterwards('aws sts get-caller-identity --query Arn --output text')).toContain(customer);
  expect(await afterwards('aws sns list-topics --query Topics[0].TopicArn --output text')).toContain(
    'arn:aws:sns:us-east-1:222222222222:',
  );
});

where(has('python3', '-c', 'import boto3'), 'boto3')('boto3', async () => {
  const script = [
    'import boto3',
    "print(boto3.client('sts').get_caller_identity()['Arn'])",
    "print(boto3.client('s3').list_buckets()['Owner']['DisplayName'])",
  ].join('\n');
  const said = await afterwards('python3 -c "$SCRIPT"', { env: { SCRIPT: script } });
  expect(said.split('\n').slice(-2)).toEqual([customer, customer]);
});

test('the AWS SDK for JavaScript, with two service clients', async () => {
  const script = [
    "import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';",
    "import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';",
    'const { Owner } = await new S3Client({}).send(new ListBucketsCommand({}));',
    'const { Topics } = await new SNSClient({}).send(new ListTopicsCommand({}));',
    'console.log(Owner.DisplayName); console.log(Topics[0].TopicArn);',
  ].join('\n');
  const run = `cd "$ROOT" && "${process.execPath}" --input-type=module --eval "$SCRIPT"`;
  const said = await afterwards(run, {
    env: { SCRIPT: script, ROOT: join(import.meta.dirname, '..', '..') },
  });
  expect(said).toContain(customer);
  expect(said).toContain('arn:aws:sns:us-east-1:222222222222:');
  expect(calls('s3')).toContainEqual([customer, 200]);
  expect(calls('sns')).toContainEqual([customer, 200]);
});

describe('a profile, through which a client crosses several expiries', () => {
  let lasting: LocalServices;
  beforeAll(async () => {
    lasting = local;
    local = await startLocalServices({ sessionSeconds: 3 });
  });
  afterAll(async () => {
    await local.close();
    local = lasting;
  });

  /** Runs a client, and tells how often the whole chain was assumed for it. */
  const renewals = async (run: string, more: Partial<StepSpec> = {}): Promise<number> => {
    const before = local.aws.requests.length;
    await afterwards(run, more, { profile: 'customer' });
    const requests = local.aws.requests.slice(before);
    expect(requests.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
    return requests.filter(({ action }) => action === 'AssumeRoleWithWebIdentity').length;
  };

  where(has('aws', '--version'), 'The AWS CLI')('the AWS CLI', async () => {
    expect(
      await renewals('for i in 1 2 3 4 5 6; do aws sts get-caller-identity > /dev/null; sleep 0.8; done'),
    ).toBeGreaterThan(2);
  });

  where(has('python3', '-c', 'import boto3'), 'boto3')('boto3, in one process', async () => {
    const script =
      "import boto3, time\nsts = boto3.client('sts')\nfor i in range(9): sts.get_caller_identity(); time.sleep(0.7)";
    expect(await renewals('python3 -c "$SCRIPT"', { env: { SCRIPT: script } })).toBeGreaterThan(2);
  });

  test('the AWS SDK for JavaScript, in one process', async () => {
    const script = [
      "import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';",
      'const sns = new SNSClient({});',
      'for (let i = 0; i < 9; i++) {',
      '  await sns.send(new ListTopicsCommand({}));',
      '  await new Promise((resolve) => setTimeout(resolve, 700));',
      '}',
    ].join('\n');
    const run = `cd "$ROOT" && "${process.execPath}" --input-type=module --eval "$SCRIPT"`;
    expect(
      await renewals(run, { env: { SCRIPT: script, ROOT: join(import.meta.dirname, '..', '..') } }),
    ).toBeGreaterThan(2);
  });

  where(has('terraform', 'version'), 'Terraform')("Terraform's S3 backend", async () => {
    const backend = [
      'terraform {',
      '  backend "s3" {',
      '    bucket         = "state"',
      '    key            = "deploy.tfstate"',
      '    region         = "us-east-1"',
      '    use_path_style = true',
      '  }',
      '}',
    ].join('\n');
    const run = [
      'mkdir tf; cd tf; echo "$BACKEND" > main.tf',
      'terraform init -input=false -no-color > /dev/null',
      'for i in 1 2 3 4 5 6; do terraform state pull; terraform workspace list > /dev/null; sleep 0.8; done',
    ].join('\n');
    expect(await renewals(run, { env: { BACKEND: backend, CHECKPOINT_DISABLE: '1' } })).toBeGreaterThan(2);
    expect(calls('s3')).toContainEqual([customer, 200]);
  });
});
