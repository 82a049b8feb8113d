import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../local/services.ts';
import { chain, assume, postOf, shown, stepOf, waitUntil, withoutIdToken, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const customerArn = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const hubArn = 'arn:aws:sts::111111111111:assumed-role/deployment-hub/acme.shop@42';
const said = (lines: readonly string[]): string[] => lines.slice(lines.indexOf('Post job cleanup.') + 1);

describe('verify', () => {
  test('the same identity is said, and nothing is left of the private folder', async () => {
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(said(postOf(result).lines)[0]).toBe(`Verified: the job's credentials belong to ${customerArn}.`);
    expect(stepOf(result).files.map(({ mode }) => mode)).toEqual([0o700, 0o700, 0o600, 0o600]);
    expect(postOf(result).files).toEqual([]);
  });

  test('what was found is in the summary, where one is always wanted', async () => {
    const step = { ...assume({ ...chain, 'job-summary': 'always' }), id: 'customer' };
    const result = await local.run({ workflow: workflow(step) });
    expect(stepOf(result).summary).toContain(
      "Step: <code>customer</code>. Starting from GitHub's OIDC token",
    );
    expect(postOf(result).summary).toBe(
      `### After the job\n\nStep: <code>customer</code>.\n\n- Verified: the job's credentials belong to ${customerArn}.\n`,
    );
  });

  test('another identity fails the job and names both', async () => {
    local.aws.injectFault({ kind: 'identity', action: 'GetCallerIdentity', arn: hubArn });
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(result.conclusion).toBe('failure');
    const [error] = postOf(result).annotations;
    expect(error).toMatchObject({ level: 'error', title: 'Wrong identity' });
    expect(error?.message).toContain(customerArn);
    expect(error?.message).toContain(hubArn);
    expect(postOf(result).summary).toContain('### Wrong identity\n');
    expect(result.env['AWS_ACCESS_KEY_ID']).toBe('');
  });

  test('no answer is a warning', async () => {
    local.aws.injectFault({ kind: 'unavailable', action: 'GetCallerIdentity', times: Infinity });
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '2' })) });
    expect(result.conclusion).toBe('success');
    expect(postOf(result).annotations).toEqual([
      { level: 'warning', title: undefined, message: expect.stringContaining('could not be verified') },
    ]);
  });

  test('an answer that is not an identity is a warning', async () => {
    local.aws.injectFault({ kind: 'html', status: 200, action: 'GetCallerIdentity', times: Infinity });
    const result = await local.run({ workflow: workflow(assume(chain)) });
    expect(result.conclusion).toBe('success');
    expect(postOf(result).annotations[0]?.level).toBe('warning');
  });

  test('verify-identity: false makes no request', async () => {
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'verify-identity': 'false' })) });
    expect(local.aws.requests.map(({ action }) => action)).not.toContain('GetCallerIdentity');
    expect(result.env['AWS_SECRET_ACCESS_KEY']).toBe('');
  });

  test('expired by the answer of STS: a warning that names the cure', async () => {
    local.aws.injectFault({
      kind: 'error',
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      action: 'GetCallerIdentity',
    });
    const expired = await local.run({ workflow: workflow(assume(chain)) });
    expect(expired.conclusion).toBe('success');
    expect(postOf(expired).annotations[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('use the input profile'),
    });
  });
});

test('credentials that have expired: a warning that says when', async () => {
  await local.close();
  local = await startLocalServices({ sessionSeconds: 3 });
  const wait = {
    name: 'wait',
    run: waitUntil(),
    env: { UNTIL: '${{ steps.aws.outputs.expiration }}' },
  };
  const result = await local.run({
    workflow: workflow(assume({ 'role-arn': hubRole }, { id: 'aws' }), wait),
  });
  expect(result.conclusion).toBe('success');
  expect(postOf(result).annotations[0]?.message).toMatch(
    /^The job outlived its credentials: the session of arn:\S+ expired at \S+Z\./,
  );
});

describe('two uses in one job', () => {
  test('nest: each post hands back what its step found', async () => {
    const second = assume(
      { 'role-arn': customerRole, 'external-id': externalId, 'credential-source': 'ambient' },
      { name: 'second' },
    );
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole }, { name: 'first' }), second),
    });
    expect(result.conclusion).toBe('success');
    expect(shown(postOf(result, 0))).toContain(`Verified: the job's credentials belong to ${customerArn}.`);
    expect(postOf(result, 0).exported['AWS_ACCESS_KEY_ID']).toBe(
      stepOf(result, 0).exported['AWS_ACCESS_KEY_ID'],
    );
    expect(shown(postOf(result, 1))).toContain(`Verified: the job's credentials belong to ${hubArn}.`);
    expect(result.env['AWS_ACCESS_KEY_ID']).toBe('');
    expect(postOf(result, 1).files).toEqual([]);
    expect(result.leaks).toEqual([]);
  });

  test('after a second step that failed, the first is verified as ever', async () => {
    const wrong = assume(
      { 'role-arn': customerRole, 'credential-source': 'ambient' },
      { 'continue-on-error': true },
    );
    const result = await local.run({ workflow: workflow(assume({ 'role-arn': hubRole }), wrong) });
    expect(stepOf(result, 1).outcome).toBe('failure');
    expect(said(postOf(result, 0).lines)).toEqual([]);
    expect(shown(postOf(result, 1))).toContain(`Verified: the job's credentials belong to ${hubArn}.`);
  });
});

test("a later step's own keys are left alone, and said", async () => {
  const own = { name: 'own keys', run: 'echo "AWS_ACCESS_KEY_ID=AKIAOWNKEYOFTHEJOB00" >> "$GITHUB_ENV"' };
  const result = await local.run({ workflow: workflow(assume(chain), own) });
  expect(result.conclusion).toBe('success');
  expect(shown(postOf(result))).toContain(
    `The credentials of ${customerArn} are not verified: a later step replaced them`,
  );
  expect(result.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'AKIAOWNKEYOFTHEJOB00', AWS_SECRET_ACCESS_KEY: '' });
});

test('a private folder that a later step removed costs the previous values and the verification', async () => {
  const machineEnv = {
    AWS_ACCESS_KEY_ID: 'AKIABEFORETHEACTION0',
    AWS_SECRET_ACCESS_KEY: 'the-secret-of-before-the-action-0000000',
  };
  const clean = { name: 'clean', run: 'rm -rf "$RUNNER_TEMP/assume-role-chain"' };
  const result = await local.run({ workflow: workflow(assume(chain), clean), machineEnv });
  expect(result.conclusion).toBe('success');
  expect(postOf(result).annotations[0]?.message).toMatch(
    /^A later step removed or changed the private folder .+: the credentials of this step are not verified/,
  );
  expect(result.env['AWS_ACCESS_KEY_ID']).toBe('');
});

test("a step's own env hides the job's: its keys never become the job's, and no part of a set is left", async () => {
  const env = { AWS_ACCESS_KEY_ID: '${{ secrets.KEY_ID }}', AWS_SECRET_ACCESS_KEY: '${{ secrets.KEY }}' };
  const result = await local.run({
    workflow: withoutIdToken(assume(chain, { env })),
    secrets: { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey },
  });
  expect(result.conclusion).toBe('success');
  expect(shown(postOf(result))).toContain("or this step's own env hides them");
  expect(result.env).toMatchObject({
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
  });
});
