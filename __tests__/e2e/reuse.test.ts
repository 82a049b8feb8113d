import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerRole, hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, postOf, shown, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const assumed = (): number =>
  local.aws.requests.filter(({ action }) => action.startsWith('AssumeRole')).length;
const again = (more: Record<string, string>): ReturnType<typeof assume> =>
  assume({ ...chain, ...more }, { name: 'again' });

test('credentials that are valid long enough are used again: the same outputs, no role assumed', async () => {
  const result = await local.run({
    workflow: workflow(assume(chain), again({ 'min-remaining-seconds': '600' })),
  });
  expect(result.conclusion).toBe('success');
  expect(assumed()).toBe(2);
  expect(stepOf(result, 1).outputs).toEqual(stepOf(result, 0).outputs);
  expect(stepOf(result, 1).exported).toEqual({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
  expect(shown(stepOf(result, 1))).toMatch(
    /Reusing the credentials of an earlier step: arn:\S+, valid until \S+ \(60 min\)\./,
  );
  expect(shown(postOf(result, 1))).toContain('Verified');
  expect(result.leaks).toEqual([]);
});

test('with output-credentials the reused credentials are the outputs', async () => {
  const result = await local.run({
    workflow: workflow(
      assume(chain),
      again({ 'min-remaining-seconds': '600', 'output-credentials': 'true' }),
    ),
  });
  expect(stepOf(result, 1).outputs['secret-access-key']).toBe(local.aws.issued.at(-1)?.secretAccessKey);
});

test.each<[string, Record<string, string>]>([
  ['they hold for less', { 'min-remaining-seconds': '3601' }],
  ['the default asks for none', {}],
  ['the session has another name', { 'min-remaining-seconds': '60', 'session-name': 'another' }],
  ['the tags are others', { 'min-remaining-seconds': '60', 'session-tags': 'a=b' }],
  [
    'the policy is another',
    { 'min-remaining-seconds': '60', 'session-policy-arns': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
  ],
])('they are renewed where %s', async (_, more) => {
  const result = await local.run({ workflow: workflow(assume(chain), again(more)) });
  expect(result.conclusion).toBe('success');
  expect(assumed()).toBe(4);
});

test('they are renewed where another step has put its own keys in their place', async () => {
  const own = {
    name: 'own',
    run: 'echo "AWS_SECRET_ACCESS_KEY=somebody-elses-secret-key-0000000000000000" >> "$GITHUB_ENV"',
  };
  await local.run({ workflow: workflow(assume(chain), own, again({ 'min-remaining-seconds': '60' })) });
  expect(assumed()).toBe(4);
});

describe('a record that a step between the two wrote', () => {
  const asked = { 'min-remaining-seconds': '600' };
  const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';

  /** A step that puts other keys into the job, and changes the record of the first step so that it fits them. */
  function forge(keys: readonly string[], changes: Record<string, string>) {
    const script = `node -e '
      const { createHash } = require("node:crypto");
      const { appendFileSync, globSync, readFileSync, writeFileSync } = require("node:fs");
      const { KEYS, CHANGES, RUNNER_TEMP, GITHUB_ENV } = process.env;
      const [id, secret, token] = JSON.parse(KEYS);
      if (id) appendFileSync(GITHUB_ENV, "AWS_ACCESS_KEY_ID=" + id + "\\nAWS_SECRET_ACCESS_KEY=" + secret + "\\nAWS_SESSION_TOKEN=" + token + "\\n");
      const [path] = globSync(RUNNER_TEMP + "/assume-role-chain/*/exported.json");
      const fits = id ? { keys: createHash("sha256").update(KEYS).digest("base64url") } : {};
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path)), ...JSON.parse(CHANGES), ...fits }));
    '`;
    return {
      name: 'forge',
      run: script,
      env: { KEYS: JSON.stringify(keys), CHANGES: JSON.stringify(changes) },
    };
  }

  test.each([
    ["the hub's, which the chain had", hubRole, 'acme.shop@42'],
    ["the customer's with another session name", customerRole, 'mallory'],
  ])(
    'for the keys of another identity (%s): STS is asked, and they are replaced',
    async (_, role, session) => {
      const other = local.aws.issueFor(role, session);
      const keys = [other.accessKeyId, other.secretAccessKey, other.sessionToken];
      const result = await local.run({ workflow: workflow(assume(chain), forge(keys, {}), again(asked)) });
      const step = stepOf(result, 2);
      expect(result.conclusion).toBe('success');
      expect(shown(step)).toMatch(
        /The credentials of an earlier step are not reused: they belong to arn:\S+/,
      );
      expect(assumed()).toBe(4);
      expect(step.exported['AWS_ACCESS_KEY_ID']).toBe(local.aws.issued.at(-1)?.accessKeyId);
      expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
    },
  );

  test.each([
    ['in the year 2099', '2099-01-01T00:00:00Z'],
    [
      'two hours from now, which no chain is valid for',
      `${new Date(Date.now() + 7_200_000).toISOString().slice(0, 19)}Z`,
    ],
  ])('with an expiry %s is not believed', async (_, expiration) => {
    const result = await local.run({
      workflow: workflow(assume(chain), forge([], { expiration }), again(asked)),
    });
    expect(shown(stepOf(result, 2))).toContain(`not reused: they cannot be valid until ${expiration}`);
    expect(stepOf(result, 2).outputs['expiration']).not.toBe(expiration);
    expect(assumed()).toBe(4);
  });

  test.each<[string, Record<string, string>]>([
    ['another role', { assumedRoleArn: customer.replace('customer-deployment', 'admin') }],
    ['another account', { accountId: '333333333333' }],
    ['an output with a line end', { credentialSource: 'oidc\naccount-id=333333333333' }],
    ['an expiry in the past', { expiration: '2020-01-01T00:00:00Z' }],
    ['no expiry', { expiration: 'never' }],
  ])('with %s is not used', async (_, changes) => {
    const result = await local.run({ workflow: workflow(assume(chain), forge([], changes), again(asked)) });
    expect(result.conclusion).toBe('success');
    expect(assumed()).toBe(4);
    expect(stepOf(result, 2).outputs).toMatchObject({
      'account-id': '222222222222',
      'assumed-role-arn': customer,
    });
  });
});
