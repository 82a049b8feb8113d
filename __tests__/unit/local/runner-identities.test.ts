import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../local/aws/server.ts';
import { startLocalGitHub, type LocalGitHub } from '../../../local/github/issuer.ts';
import {
  runnerAccount,
  startRunnerIdentities,
  type RunnerIdentities,
} from '../../../local/runner-identities.ts';
import { ask, askUnsigned } from './signed-request.ts';

let github: LocalGitHub;
let aws: LocalAws;
let runner: RunnerIdentities;
beforeEach(async () => {
  github = await startLocalGitHub();
  const identityProviders = [{ issuer: github.issuer, jwks: github.jwks }];
  aws = await startLocalAws({ accounts: [runnerAccount()] }, { identityProviders });
  runner = await startRunnerIdentities(aws, github);
});
afterEach(async () => {
  await Promise.all([runner.close(), aws.close(), github.close()]);
});

interface EndpointKeys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
}
async function whoIs(response: Response): Promise<string | undefined> {
  const keys = (await response.json()) as EndpointKeys;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = keys;
  return (
    await ask(aws, { accessKeyId, secretAccessKey, sessionToken }, { Action: 'GetCallerIdentity' })
  ).element('Arn');
}

test('the instance role needs a token of version 2 of the metadata service', async () => {
  const url = runner.environment.instance['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? '';
  const path = `${url}/latest/meta-data/iam/security-credentials/`;
  expect((await fetch(path)).status).toBe(401);
  expect((await fetch(`${url}/latest/api/token`, { method: 'PUT' })).status).toBe(400);
  expect(runner.used()).toEqual([]);
  const ttl = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await (await fetch(`${url}/latest/api/token`, { method: 'PUT', headers: ttl })).text();
  const headers = { 'x-aws-ec2-metadata-token': token };
  expect(await (await fetch(path, { headers })).text()).toBe('instance');
  expect(await (await fetch(`${url}/latest/meta-data/placement/region`, { headers })).text()).toBe(
    'us-east-1',
  );
  expect((await fetch(`${url}/latest/user-data`, { headers })).status).toBe(404);
  expect(await whoIs(await fetch(`${path}instance`, { headers }))).toBe(
    'arn:aws:sts::444444444444:assumed-role/instance/i-0123456789abcdef0',
  );
  expect(runner.used()).toEqual(['instance', 'instance', 'instance']);
});

test('the container endpoint needs its token', async () => {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url = '', AWS_CONTAINER_AUTHORIZATION_TOKEN: token = '' } =
    runner.environment.container;
  expect((await fetch(url)).status).toBe(401);
  expect(await whoIs(await fetch(url, { headers: { authorization: token } }))).toBe(
    'arn:aws:sts::444444444444:assumed-role/container/runner',
  );
  expect(runner.used()).toEqual(['container', 'container', 'container']);
});

test("a pod's role is assumed with the token of its file", async () => {
  const { AWS_ROLE_ARN: RoleArn = '', AWS_WEB_IDENTITY_TOKEN_FILE: file = '' } = runner.environment.pod;
  const answer = await askUnsigned(aws, {
    ...{ Action: 'AssumeRoleWithWebIdentity', RoleArn, RoleSessionName: 'pod' },
    WebIdentityToken: readFileSync(file, 'utf8'),
  });
  expect(answer.element('Arn')).toBe('arn:aws:sts::444444444444:assumed-role/pod/pod');
  expect(runner.used()).toEqual(['pod']);
});

test('keys are not issued for a role that does not exist', () => {
  expect(() => aws.issueFor('arn:aws:iam::444444444444:role/other', 'x')).toThrow('There is no role');
});
