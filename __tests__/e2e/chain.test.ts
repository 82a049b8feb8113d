import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../local/services.ts';
import { chain, assume, postOf, shown, stepOf, withoutIdToken, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const customerArn = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const whoami = {
  name: 'whoami',
  run: 'echo "key ${AWS_ACCESS_KEY_ID:0:4} region $AWS_REGION $AWS_DEFAULT_REGION"',
};

describe('a chain from the OIDC token', () => {
  test('gives the job the last role, logs the identity, and leaks nothing', async () => {
    const result = await local.run({ workflow: workflow(assume(chain), whoami) });
    const step = stepOf(result);
    expect(result.conclusion).toBe('success');
    expect(step.outputs).toEqual({
      'account-id': '222222222222',
      'assumed-role-arn': customerArn,
      'assumed-role-id': expect.stringMatching(/^AROA\w{17}:acme\.shop@42$/),
      'session-name': 'acme.shop@42',
      expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'credential-source': 'oidc',
    });
    const last = local.aws.issued.at(-1);
    expect(step.exported).toEqual({
      AWS_ACCESS_KEY_ID: last?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: last?.secretAccessKey,
      AWS_SESSION_TOKEN: last?.sessionToken,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(result.leaks).toEqual([]);
    expect(local.aws.issued).toHaveLength(2);
    result.cleanUp();
  });

  test('sends each hop what belongs to it: 900 s before the last, the external id with the last', async () => {
    await local.run({ workflow: workflow(assume({ ...chain, 'duration-seconds': '1800' })) });
    const [first, second, verification] = local.aws.requests;
    expect(first).toMatchObject({
      action: 'AssumeRoleWithWebIdentity',
      params: { RoleArn: hubRole, DurationSeconds: '900', RoleSessionName: 'acme.shop@42' },
    });
    expect(first?.params).not.toHaveProperty('ExternalId');
    expect(second).toMatchObject({
      action: 'AssumeRole',
      callerArn: 'arn:aws:sts::111111111111:assumed-role/deployment-hub/acme.shop@42',
      params: { RoleArn: customerRole, DurationSeconds: '1800', ExternalId: externalId },
    });
    expect(verification).toMatchObject({ action: 'GetCallerIdentity', callerArn: customerArn });
    expect(local.aws.requests).toHaveLength(3);
  });

  test('says which base was chosen, one line a hop, and what was exported', async () => {
    const result = await local.run({ workflow: workflow(assume(chain)) });
    const lines = stepOf(result).lines;
    const said = lines.slice(lines.indexOf('##[endgroup]') + 1);
    expect(said).toEqual([
      expect.stringMatching(
        /^Region: us-east-1 \(set by the input region\)\. STS endpoint: http:\/\/127\.0\.0\.1:\d+ \(set by the variable AWS_ENDPOINT_URL\)\.$/,
      ),
      "Starting from GitHub's OIDC token (oidc, chosen automatically: no access key and no token file were given).",
      expect.stringMatching(
        /^Hop 1 of 2: arn:aws:sts::111111111111:assumed-role\/deployment-hub\/acme\.shop@42, valid until \S+Z \(15 min\)\.$/,
      ),
      expect.stringMatching(
        /^Hop 2 of 2: arn:aws:sts::222222222222:assumed-role\/customer-deployment\/acme\.shop@42, valid until \S+Z \(60 min\)\.$/,
      ),
      'Exported AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION.',
    ]);
  });

  test('runs from a folder with spaces in its name, temporary folder included', async () => {
    const root = mkdtempSync(join(tmpdir(), 'an action '));
    const repository = join(import.meta.dirname, '..', '..');
    for (const name of ['action.yml', 'dist'])
      cpSync(join(repository, name), join(root, name), { recursive: true });
    const result = await local.run({
      workflow: workflow(assume(chain)),
      actionRoot: root,
      folderName: 'a runner ',
    });
    expect(result.conclusion).toBe('success');
    expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customerArn}.`);
    rmSync(root, { recursive: true });
    result.cleanUp();
  });

  test('with RUNNER_DEBUG=1 leaks nothing either', async () => {
    const result = await local.run({ workflow: workflow(assume(chain), whoami), debug: true });
    expect(result.conclusion).toBe('success');
    expect(result.leaks).toEqual([]);
  });
});

describe('masks', () => {
  test('every value is registered before any line about it is printed', async () => {
    const result = await local.run({ workflow: workflow(assume(chain)) });
    const lines = stepOf(result).stdout.split('\n');
    const firstHop = lines.findIndex((line) => line.startsWith('Hop 1'));
    const [hub] = local.aws.issued;
    for (const value of [
      hub?.secretAccessKey,
      hub?.sessionToken,
      hub?.accessKeyId,
      ...local.github.issuedTokens,
    ]) {
      expect(lines.slice(0, firstHop)).toContain(`::add-mask::${value ?? ''}`);
    }
  });

  test('mask-account-id hides the accounts of the chain in everything the step says', async () => {
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'mask-account-id': 'true' })) });
    const lines = stepOf(result).lines;
    const said = lines.slice(lines.indexOf('##[endgroup]') + 1).join('\n');
    expect(said).toContain('arn:aws:sts::***:assumed-role/customer-deployment');
    expect(said).not.toMatch(/\d{12}/);
  });
});

const keys = { 'access-key-id': '${{ secrets.KEY_ID }}', 'secret-access-key': '${{ secrets.KEY }}' };
const secrets = { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey };

describe('other bases', () => {
  test('access keys: masked, never exported, never in state or outputs', async () => {
    const result = await local.run({
      workflow: workflow(
        assume({ ...chain, ...keys, 'credential-source': 'access-key', 'external-id': externalId }),
        whoami,
      ),
      secrets,
      watch: () => [...local.aws.secrets(), user.secretAccessKey, user.accessKeyId],
    });
    expect(result.conclusion).toBe('success');
    expect(result.leaks).toEqual([]);
    expect(local.github.requests).toEqual([]);
    expect(stepOf(result).outputs['credential-source']).toBe('access-key');
    expect(Object.values(result.envAfterSteps)).not.toContain(user.secretAccessKey);
  });

  test('auto uses access keys before the OIDC token, and logs it', async () => {
    const result = await local.run({ workflow: workflow(assume({ ...chain, ...keys })), secrets });
    expect(shown(stepOf(result))).toContain(
      'Starting from the access key in the inputs (access-key, chosen automatically; also available: oidc).',
    );
  });

  test('a token file, relative to the workspace', async () => {
    const token = await local.github.mint();
    const write = { name: 'write', run: 'printf "%s\\n" "$TOKEN" > token.jwt', env: { TOKEN: token } };
    const result = await local.run({
      workflow: withoutIdToken(write, assume({ ...chain, 'web-identity-token-file': 'token.jwt' })),
      watch: () => local.aws.secrets(),
    });
    expect(result.conclusion).toBe('success');
    expect(stepOf(result, 1).outputs['credential-source']).toBe('token-file');
    expect(stepOf(result, 1).stdout).toContain(`::add-mask::${token}`);
    expect(result.leaks).toEqual([]);
  });

  test('what the runner has: keys of its environment, which are masked and stay as they are after the post', async () => {
    const machineEnv = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
    const result = await local.run({ workflow: withoutIdToken(assume(chain)), machineEnv });
    expect(result.conclusion).toBe('success');
    expect(shown(stepOf(result))).toContain('no token file and no "id-token: write" were given');
    expect(stepOf(result).stdout).toContain(`::add-mask::${user.secretAccessKey}`);
    expect(result.leaks).toEqual([]);
    expect(result.env).toMatchObject({
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
    });
  });
});
