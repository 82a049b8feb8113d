import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { RunResult } from '../../local/runner/result.ts';
import { hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, leftNothing, postOf, shown, stepOf, withoutIdToken, workflow } from '../workflows.ts';

const root = join(import.meta.dirname, '..', '..');

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

async function refusal(
  inputs: Record<string, string>,
  machineEnv: Record<string, string> = {},
): Promise<string> {
  const result = await local.run({ workflow: workflow(assume(inputs)), machineEnv });
  const step = stepOf(result);
  expect(step.outcome).toBe('failure');
  expect(local.aws.requests).toEqual([]);
  expect(local.github.requests).toEqual([]);
  expect(leftNothing(step)).toBe(true);
  // The runner warns of inputs that it does not know.
  const lines = postOf(result).lines.filter((line) => !line.includes('Unexpected input(s)'));
  expect(lines).toEqual(['Post job cleanup.']);
  const errors = step.annotations.filter(({ level, title }) => level === 'error' && title !== undefined);
  expect(errors).toHaveLength(1);
  result.cleanUp();
  return errors[0]?.message ?? '';
}

describe('wrong inputs are all reported at once, and no request is made', () => {
  test('the two mistakes that this project grew from, and a third', async () => {
    const message = await refusal({
      'role-arn': 'arn:aws:iam:666666:role/BlahRole',
      'session-name': 'Freds Session',
      'duration-seconds': '15m',
    });
    expect(message.split('\n')).toEqual([
      'role-arn: "arn:aws:iam:666666:role/BlahRole" is not a role ARN: the account id must be 12 digits, with two colons before it and one after it, as in arn:aws:iam::123456789012:role/BlahRole',
      'session-name: "Freds Session" contains a space: only letters, digits and _ + = , . @ - are allowed, try "Freds-Session"',
      'duration-seconds: "15m" is not a whole number of seconds: write digits alone, as in 3600',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'no role',
      { 'role-arn': '' },
      'It is missing or empty. A variable or secret that does not exist is empty',
    ],
    ['no role at all', {}, 'role-arn: is required: the ARN'],
    ['an hour and a second in a chain', { ...chain, 'duration-seconds': '3601' }, 'is more than 3600'],
    [
      'an account that is not allowed',
      { ...chain, 'allowed-account-ids': '333333333333' },
      'does not contain 222222222222',
    ],
    [
      'a list of allowed accounts that is blank',
      { ...chain, 'allowed-account-ids': ' \n' },
      'allowed-account-ids: is empty: a variable or secret that does not exist is',
    ],
    [
      'an empty entry in it',
      { ...chain, 'allowed-account-ids': '222222222222,,' },
      'has an empty entry between commas',
    ],
    [
      'partitions mixed',
      { 'role-arn': `${hubRole}\narn:aws-cn:iam::222222222222:role/x` },
      'is in partition aws-cn',
    ],
    ['a region of another partition', { ...chain, region: 'cn-north-1' }, 'is a region of partition aws-cn'],
    [
      'external ids in a wrong number',
      { ...chain, 'external-id': 'a1\nb2\nc3' },
      'has 3 lines and role-arn 2',
    ],
    [
      'tags that nothing carries',
      { 'role-arn': hubRole, 'session-tags': 'a=b' },
      'session-tags: cannot be sent',
    ],
    [
      'a boolean that is none',
      { ...chain, 'verify-identity': 'yes' },
      'verify-identity: "yes" must be true or false',
    ],
    ['a boolean or auto', { ...chain, 'export-env': 'yes' }, 'export-env: "yes" must be true, false or auto'],
    ['a source with a typo', { ...chain, 'credential-source': 'oicd' }, 'did you mean oidc?'],
    [
      'http to a host far away',
      { ...chain, 'sts-endpoint': 'http://sts.example.com' },
      'sends credentials in the clear',
    ],
    [
      'a token file that is not there',
      { ...chain, 'web-identity-token-file': 'none.jwt' },
      'there is no such file',
    ],
    ['a secret without its id', { ...chain, 'secret-access-key': 'abc' }, 'access-key-id: is missing'],
  ])('%s', async (_, inputs, words) => {
    expect(await refusal(inputs)).toContain(words);
  });

  test('an endpoint of the environment is held to the same rule', async () => {
    const message = await refusal(chain, { AWS_ENDPOINT_URL_STS: 'http://sts.example.com' });
    expect(message).toMatch(/^AWS_ENDPOINT_URL_STS: /);
  });

  test('a secret is never part of a message', async () => {
    const message = await refusal({
      ...chain,
      'access-key-id': 'not an id!',
      'secret-access-key': 'sec ret',
    });
    expect(message).not.toMatch(/not an id|sec ret/);
    expect(message).toContain('secret-access-key: contains white space');
  });
});

test('oidc without the permission: the lines to paste', async () => {
  const result = await local.run({
    workflow: withoutIdToken(assume({ ...chain, 'credential-source': 'oidc' })),
  });
  expect(stepOf(result).lines.slice(-9, -2)).toEqual([
    "##[error]This job may not request GitHub's OIDC token: add `permissions: id-token: write` to the job.",
    '  1. in a reusable workflow, the job that calls it must grant the permission too',
    '  2. GitHub sets permissions that are not listed to none: also list the others that the job needs',
    'Add this to the job, or to the workflow:',
    'permissions:',
    '  id-token: write',
    '  contents: read',
  ]);
});

describe('an empty value is not "not given" where that would loosen something', () => {
  test.each([
    ...['allowed-account-ids', 'session-policy', 'session-policy-arns', 'source-identity', 'external-id'],
    ...['web-identity-token-file', 'profile', 'accounts', 'access-key-id', 'secret-access-key'],
    ...['session-token', 'credential-source', 'export-env', 'mask-account-id', 'verify-identity'],
  ])('%s', async (name) => {
    const message = await refusal({ ...chain, [name]: '' });
    expect(message).toContain(`${name}: is empty: a variable or secret that does not exist is.`);
  });

  test('a line of role-arn that came to nothing', async () => {
    const hub = chain['role-arn'].split('\n')[0] ?? '';
    expect(await refusal({ ...chain, 'role-arn': `${hub}\n\n`, 'external-id': '-' })).toContain(
      'role-arn: line 2 is empty',
    );
  });

  test.each(['a1\n\nb2\n', '\na1\nb2', 'a1\nb2\n\n'])(
    'an empty line of external-id in %j is one problem',
    async (text) => {
      expect(await refusal({ ...chain, 'external-id': text })).toMatch(
        /^external-id: line \d is empty: [^\n]*$/,
      );
    },
  );

  test('a wrapper that passes the words for nothing on is served as if it passed nothing', async () => {
    const nothing = Object.fromEntries(
      [
        ...['session-policy', 'session-policy-arns', 'source-identity', 'web-identity-token-file'],
        ...['profile', 'accounts', 'access-key-id', 'secret-access-key', 'session-token'],
      ].map((name) => [name, 'none']),
    );
    const words = { 'allowed-account-ids': 'any', 'credential-source': 'auto', 'export-env': 'auto' };
    const result = await local.run({ workflow: workflow(assume({ ...chain, ...nothing, ...words })) });
    expect(stepOf(result).outcome).toBe('success');
    result.cleanUp();
  });
});

describe('a wrapper, a composite action of its own that passes every input on', () => {
  const own = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
  };
  /** Its inputs are those of this action, with the same defaults, as a wrapper's author would copy them. */
  const wrapper = {
    ...{ name: 'Configure', description: 'Our roles' },
    inputs: Object.fromEntries(
      Object.entries(own.inputs).map(([name, input]) => [
        name,
        { description: 'passed on', required: false, default: input.default ?? '' },
      ]),
    ),
    runs: {
      using: 'composite',
      steps: [
        {
          uses: 'assume-role-chain/assume-role-chain@v1',
          with: Object.fromEntries(Object.keys(own.inputs).map((name) => [name, `\${{ inputs.${name} }}`])),
        },
      ],
    },
  };
  const runWith = async (given: Record<string, string>): Promise<RunResult> => {
    const folder = mkdtempSync(join(tmpdir(), 'wrapper-'));
    writeFileSync(join(folder, 'action.yml'), stringify(wrapper));
    const step = { id: 'aws', uses: './wrapper', with: given };
    const result = await local.run({ workflow: workflow(step), actions: { './wrapper': folder } });
    result.cleanUp();
    rmSync(folder, { recursive: true });
    return result;
  };

  test('works with its defaults, and the post step verifies', async () => {
    const result = await runWith(chain);
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
    expect(shown(postOf(result))).toContain("Verified: the job's credentials belong to");
  });

  test('does not lose a guard that its caller gives as a variable that does not exist', async () => {
    const result = await runWith({ ...chain, 'allowed-account-ids': '${{ vars.MISSING }}' });
    expect(result.conclusion).toBe('failure');
    expect(JSON.stringify(result.steps)).toContain('allowed-account-ids: is empty');
    expect(local.aws.requests).toEqual([]);
  });
});

describe('an input that this action does not have', () => {
  test.each([
    ['allowed-account-id', '999999999999', 'did you mean allowed-account-ids?'],
    ['role-to-assume', 'arn:aws:iam::111111111111:role/x', 'its name here is role-arn'],
    ['aws-region', 'eu-west-1', 'its name here is region'],
  ])('%s', async (name, value, words) => {
    expect(await refusal({ ...chain, [name]: value })).toBe(
      `${name}: is not an input of this action: ${words}`,
    );
  });
});
