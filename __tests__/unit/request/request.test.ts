import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames, rowOf, type Inputs } from '../../../src/request/inputs.ts';
import { InputError } from '../../../src/request/problems.ts';
import { readRequest } from '../../../src/request/request.ts';
import { given, surroundings } from './given.ts';

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/customer';
const read = (some: Partial<Inputs>, more: Parameters<typeof surroundings>[0] = {}) =>
  readRequest(given(some), surroundings(more));

const problemsOf = (some: Partial<Inputs>, more: Parameters<typeof surroundings>[0] = {}): string[] => {
  try {
    read(some, more);
    return [];
  } catch (error) {
    return (error as InputError).problems.map(({ input }) => input);
  }
};

test('the inputs and their defaults are those of action.yml, in its order', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'action.yml'), 'utf8');
  const { inputs } = parse(text) as { inputs: object };
  const given = Object.entries(inputs as Record<string, { default?: string }>);
  const rows = inputNames.map((name) => [name, rowOf(name).default]);
  expect(given.map(([name, { default: value = '' }]) => [name, value])).toEqual(rows);
});

test('without a word more than a role, everything has its default', () => {
  expect(read({ 'role-arn': hub })).toMatchObject({
    base: { kind: 'oidc', audience: 'sts.amazonaws.com' },
    choice: { kind: 'oidc', chosenBy: 'auto', alsoAvailable: [] },
    sts: { region: 'us-east-1', useFips: false, useDualstack: false },
    targets: [
      {
        name: undefined,
        sharedHops: 0,
        plan: {
          base: { kind: 'oidc', audience: 'sts.amazonaws.com' },
          hops: [{ sessionName: 'acme.shop@42', durationSeconds: 3600 }],
          sts: { region: 'us-east-1', useFips: false, useDualstack: false },
        },
      },
    ],
    step: {
      allowedAccountIds: undefined,
      maskAccountId: false,
      verifyIdentity: true,
      jobSummary: 'on-failure',
      continueOnAccountError: false,
      limits: { timeoutSeconds: 60, maxAttempts: 5, propagationWaitSeconds: 0 },
    },
    delivery: {
      kind: 'keys',
      exportEnv: true,
      outputCredentials: false,
      minRemainingSeconds: 0,
      region: undefined,
    },
    warnings: [],
  });
});

test('the audience goes by the partition, unless it is given', () => {
  expect(read({ 'role-arn': 'arn:aws-cn:iam::111111111111:role/x' }).base).toEqual({
    kind: 'oidc',
    audience: 'sts.amazonaws.com.cn',
  });
  expect(read({ 'role-arn': hub, audience: 'mine' }).base).toEqual({ kind: 'oidc', audience: 'mine' });
});

test('facts are not looked up where nothing asks for them', () => {
  const facts = (): never => {
    throw new Error('asked');
  };
  const [{ plan }] = read({ 'role-arn': hub, 'session-name': 'mine' }, { facts }).targets;
  expect(plan.hops[0].sessionName).toBe('mine');
});

test('workflow-tags are made valid and put on the last hop', () => {
  const [{ plan }] = read({ 'role-arn': `${hub}\n${customer}`, 'workflow-tags': 'true' }).targets;
  expect(plan.hops.map(({ tags }) => tags)).toEqual([
    [],
    expect.arrayContaining([{ key: 'Actor', value: expect.stringMatching(/^octo-bot-@[0-9a-f]{8}$/) }]),
  ]);
  expect(problemsOf({ 'role-arn': hub, 'workflow-tags': 'true' })).toEqual(['workflow-tags']);
  expect(problemsOf({ 'role-arn': hub, 'workflow-tags': 'false' })).toEqual([]);
});

describe('problems', () => {
  test('are all reported at once, those of the runner first', () => {
    const problems = [{ input: 'GITHUB_ENV', text: 'is not set' }];
    expect(
      problemsOf(
        {
          'role-arn': 'x',
          'session-name': 'a b',
          'timeout-seconds': '0',
          'max-attempts': '0',
          region: 'nowhere',
          'job-summary': 'sometimes',
        },
        { problems },
      ),
    ).toEqual([
      'GITHUB_ENV',
      'role-arn',
      'session-name',
      'region',
      'job-summary',
      'timeout-seconds',
      'max-attempts',
    ]);
  });

  test('one wrong role does not make right inputs wrong', () => {
    expect(
      problemsOf({
        'role-arn': `${hub}\nx`,
        'external-id': '-\nid',
        'session-policy-arns': 'arn:aws:iam::222222222222:policy/x',
      }),
    ).toEqual(['role-arn']);
  });
});

describe('warnings', () => {
  test.each<[Partial<Inputs>, boolean, string]>([
    [
      { audience: 'x', 'web-identity-token-file': 't' },
      false,
      'audience is not used: the token of web-identity-token-file has its own.',
    ],
    [{ audience: 'x' }, false, 'audience is not used: the base credentials are not a token.'],
    [{ 'propagation-wait-seconds': '60' }, true, 'propagation-wait-seconds is not less than timeout-seconds'],
    [{ 'export-env': 'false' }, true, 'The credentials are not delivered anywhere'],
  ])('%j', (some, idToken, words) => {
    expect(read({ 'role-arn': hub, ...some }, { idToken }).warnings).toEqual([
      expect.stringContaining(words),
    ]);
  });

  test('none where the outputs get the credentials', () => {
    expect(
      read({
        'role-arn': hub,
        'export-env': 'false',
        'output-credentials': 'true',
        'propagation-wait-seconds': '59',
      }).warnings,
    ).toEqual([]);
  });
});

test('export-env is auto in any case, and a message names all three words', () => {
  expect(read({ 'role-arn': hub, 'export-env': ' AUTO ' }).delivery).toMatchObject({ exportEnv: true });
  expect(() => read({ 'role-arn': hub, 'export-env': 'automatic' })).toThrow(
    'export-env: "automatic" must be true, false or auto',
  );
});

test('a profile that does not exist is an error for exported keys alone', () => {
  const wrong = { profileFault: 'is wrong', environment: { AWS_PROFILE: 'mine' } };
  expect(problemsOf({ 'role-arn': hub }, wrong)).toEqual(['AWS_PROFILE']);
  expect(problemsOf({ 'role-arn': hub, 'export-env': 'false' }, wrong)).toEqual([]);
  expect(problemsOf({ 'role-arn': hub, 'credential-source': 'ambient' }, wrong)).toEqual([]);
});

test.each<[Record<string, string>, string[]]>([
  [{ AWS_ACCESS_KEY_ID: 'AKIA' }, ['AWS_SECRET_ACCESS_KEY']],
  [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: '' }, ['AWS_SECRET_ACCESS_KEY']],
  [{ AWS_SECRET_ACCESS_KEY: 'secret' }, ['AWS_ACCESS_KEY_ID']],
  [{ AWS_ACCESS_KEY_ID: 'AKIA', AWS_PROFILE: 'ci' }, []],
  [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, []],
  [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, ['AWS_ROLE_ARN']],
  [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: hub }, []],
  [{ AWS_ROLE_ARN: hub }, []],
  [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' }, []],
  [{ AWS_SESSION_TOKEN: 'a', AWS_ACCESS_KEY_ID: '' }, ['AWS_ACCESS_KEY_ID']],
  [{ AWS_SESSION_TOKEN: 'a', AWS_PROFILE: 'p' }, []],
])('half of a pair of the environment is an error where the chain starts from it: %j', (origin, wrong) => {
  expect(problemsOf({ 'role-arn': hub, 'credential-source': 'ambient' }, { origin })).toEqual(wrong);
  expect(problemsOf({ 'role-arn': hub }, { origin, idToken: true })).toEqual([]);
});

test('so it is for a chain that starts from the runner as it was before the profile was set', () => {
  const wrong = { profileFault: 'is wrong', environment: { AWS_PROFILE: 'released' }, origin: {} };
  expect(problemsOf({ 'role-arn': hub, 'credential-source': 'ambient' }, wrong)).toEqual(['AWS_PROFILE']);
});

test('a name or a tag made by an expression: the placeholder to write instead', () => {
  const inputs = {
    'role-arn': hub,
    'session-name': 'octo[bot]',
    'session-tags': 'Branch=refs/heads/feature/#2',
  };
  const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'x'.repeat(40) };
  expect(() => read({ ...inputs, ...keys })).toThrow(
    /session-name: .*Write \{actor\} in place[^]*session-tags: .*Write \{ref\}/,
  );
});
