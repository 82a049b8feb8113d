import { describe, expect, test } from '@jest/globals';
import { outsetOf, readInputs } from '../../../src/request/given.ts';
import { defaults, inputNames, rowOf, type InputName, type Inputs } from '../../../src/request/inputs.ts';
import * as lists from '../../../src/request/lists.ts';
import { InputError, Problems } from '../../../src/request/problems.ts';
import { requestFrom } from '../../../src/request/request.ts';
import { found, inputsOf, surroundings } from './given.ts';
import { samples } from './samples.ts';

const strict = inputNames.filter((name) => rowOf(name).empty === 'is an error');

test.each(strict)('an empty %s is an error, its word for nothing is not', (name) => {
  const word = rowOf(name).default;
  for (const text of ['', ' \n']) {
    expect(found((problems) => readInputs({ [name]: text }, problems))).toEqual([
      `${name}: is empty: a variable or secret that does not exist is. Leave it out, or write \`${word}\``,
    ]);
  }
  expect(found((problems) => readInputs({ [name]: word }, problems))).toEqual([]);
  expect(readInputs({ [name]: word }, new Problems())).toEqual(defaults);
});

test.each(strict.filter((name) => /^(none|any)$/.test(rowOf(name).default)))(
  'the word for nothing of %s in other letters is neither the word nor a value',
  (name) => {
    const word = rowOf(name).default;
    for (const text of [word.toUpperCase(), ` ${word.slice(0, 1).toUpperCase()}${word.slice(1)}`])
      expect(found((problems) => readInputs({ [name]: text }, problems))).toEqual([
        `${name}: is the word ${word}, but not in lower case: write \`${word}\``,
      ]);
  },
);

test('an empty role-arn is one that a variable or secret did not give, but with a list of accounts', () => {
  const empty =
    'role-arn: is required: the ARN of the role to assume, or several, one a line, for a chain. It is missing or empty. A variable or secret that does not exist is empty';
  expect(found((collected) => readInputs({ 'role-arn': '' }, collected))).toEqual([empty]);
  expect(found((collected) => readInputs({ 'role-arn': '', accounts: 'none' }, collected))).toEqual([empty]);
  expect(found((collected) => readInputs({ 'role-arn': '', accounts: 'a: b' }, collected))).toEqual([]);
});

test('the inputs of which nothing would loosen something', () => {
  expect(strict).toEqual([
    ...['external-id', 'source-identity', 'session-policy', 'session-policy-arns', 'credential-source'],
    ...['access-key-id', 'secret-access-key', 'session-token', 'web-identity-token-file'],
    ...['allowed-account-ids', 'export-env', 'profile', 'accounts', 'accounts-file'],
    ...['account-external-id', 'organization', 'mask-account-id', 'verify-identity'],
  ]);
});

test('other inputs that are empty have their default', () => {
  const empty = inputNames.filter((name) => !strict.includes(name)).map((name) => [name, '']);
  expect(readInputs(Object.fromEntries(empty) as Record<string, string>, new Problems())).toEqual(defaults);
});

test.each([
  ['INPUT_sts-endpoint', 'is not an input: the runner writes their names in upper case'],
  ['allowed-account-id', 'is not an input of this action: did you mean allowed-account-ids?'],
  ['role_arn', 'is not an input of this action: did you mean role-arn?'],
  ['role-to-assume', 'is not an input of this action: its name here is role-arn'],
  ['aws-region', 'is not an input of this action: its name here is region'],
  ['duration', 'is not an input of this action: its name here is duration-seconds'],
  ['expected-account-id', 'is not an input of this action: its name here is allowed-account-ids'],
  ['mfa_serial', 'is not an input of this action: its name here is mfa-serial-number'],
  ['role-chaining', 'is not an input of this action. Leave it out: list the roles in role-arn'],
  ['colour', "If the job's env sets INPUT_COLOUR, rename that variable"],
])('%s is unknown', (name, text) => {
  const problems = found((collected) => readInputs({ [name]: '' }, collected));
  expect(problems).toEqual([expect.stringContaining(`${name}: `)]);
  expect(problems.join()).toContain(text);
});

/** Names of other actions and of the AWS CLI, and names that come to mind. */
test.each<[InputName, string]>([
  ['duration-seconds', 'duration role-duration session-duration-seconds aws-role-duration-seconds'],
  ['mfa-serial-number', 'mfa-serial mfa-device mfa_serial_arn serial-number'],
  ['mfa-token-code', 'mfa-code mfa-token token-code otp'],
  [
    'role-arn',
    'roles role arn role-arns rolearn aws-role-arn iam-role assume-role roles-to-assume role-chain',
  ],
  ['allowed-account-ids', 'expected-account-id account-id aws-account-ids allowed-accounts'],
  ['account-role', 'role-name account-roles'],
  ['external-id', 'aws-external-id role-external-id externalid'],
  ['session-name', 'session role-session-name aws-session-name sesion-name'],
  ['session-tags', 'tags role-tags custom-tags'],
  ['transitive-tag-keys', 'transitive-tags role-transitive-tag-keys'],
  ['session-policy', 'policy inline-policy inline-session-policy'],
  ['session-policy-arns', 'policy-arns managed-policies managed-session-policies'],
  ['sts-endpoint', 'endpoint endpoint-url aws-endpoint-url'],
  ['web-identity-token-file', 'token-file web-identity-token'],
  ['audience', 'aud oidc-audience'],
  ['region', 'aws-default-region sts_region regoin'],
  ['profile', 'aws-profile profile-name'],
  ['access-key-id', 'aws-access-key key-id aws-access-key-id'],
  ['secret-access-key', 'secret-key aws-secret-key aws-secret-access-key'],
  ['session-token', 'aws-session-token'],
  ['source-identity', 'sourceidentity aws-source-identity'],
  ['credential-source', 'source credentials-source'],
  ['timeout-seconds', 'timeout timeout-minutes action-timeout-s'],
  ['max-attempts', 'retries retry-attempts retry-max-attempts'],
  ['propagation-wait-seconds', 'propagation-wait'],
  ['min-remaining-seconds', 'min-remaining'],
  ['export-env', 'export-credentials set-env output-env-credentials'],
  ['mask-account-id', 'mask-aws-account-id hide-account-id'],
  ['accounts', 'account-list'],
  ['accounts-file', 'accounts-path account-files'],
  ['organization', 'org organizational-unit'],
  ['continue-on-account-error', 'continue-on-error'],
  ['verify-identity', 'verify verify-credentials'],
  ['job-summary', 'summary'],
  ['workflow-tags', 'workflow-tag'],
])('%s is the name here of what others call %s', (name, others) => {
  for (const other of others.split(' ')) {
    const [text = ''] = found((problems) => readInputs({ [other]: '' }, problems));
    expect([other, /: (?:did you mean|its name here is) ([a-z-]+)/.exec(text)?.[1]]).toEqual([other, name]);
  }
});

test.each(['client-id', 'service_account', 'project-id', 'token', 'environment', 'github-token', 'path'])(
  '%s has no name here',
  (name) => {
    expect(found((problems) => readInputs({ [name]: '' }, problems)).join()).toMatch(
      /\. Remove it from "with"/,
    );
  },
);

test('a name that would write to the log is quoted', () => {
  const [problem = ''] = found((collected) => readInputs({ 'x\n::add-mask::y': '' }, collected));
  expect(problem).not.toContain('\n');
});

test.each(inputNames)('an invisible character in %s is named, and nothing else of that input', (name) => {
  const [value] = samples[name];
  for (const [text, code] of [
    [`${value}\u200b`, 'U+200B'],
    [`\u200d${value}`, 'U+200D'],
    [`${value.slice(0, 3)}\u2060${value.slice(3)}`, 'U+2060'],
    [`${value}\ufeff\u00ad`, 'U+FEFF'],
  ] as const) {
    const problems = new Problems();
    const inputs = readInputs({ 'role-arn': 'x', [name]: text }, problems);
    expect(() => requestFrom(inputs, surroundings({ lists }), problems)).toThrow(InputError);
    const own = problems.all.filter(({ input }) => input === name);
    expect(own).toEqual([
      { input: name, text: expect.stringContaining(`contains the invisible character ${code}`) },
    ]);
    expect(own[0]?.text).not.toContain(value);
  }
});

test('white space at the ends, and emoji or invisible characters in comments of YAML, are no fault', () => {
  const accounts = 'a: x # \u26a0\ufe0f\n# \u200e\nb: y';
  expect(
    found((problems) => readInputs({ region: '\ufeffus-east-1\u00a0\ufeff\n', accounts }, problems)),
  ).toEqual([]);
});

describe('the outset', () => {
  test('has the secrets, but not the word for none', () => {
    const keys = { 'access-key-id': ' AKIA ', 'secret-access-key': 'none' };
    expect(outsetOf(keys).secrets).toEqual([' AKIA ', 'AKIA']);
  });

  test.each([
    [undefined, false],
    ['false', false],
    ['False ', false],
    ['true', true],
    ['', true],
    ['flase', true],
  ])('masks account ids for mask-account-id %j: %s', (text, expected) => {
    expect(outsetOf({ 'mask-account-id': text }).maskAccountIds).toBe(expected);
  });

  test('says what must be loaded', () => {
    expect(outsetOf({})).toMatchObject({
      hasAccountList: false,
      hasProfiles: false,
      summarizesFailure: true,
    });
    expect(outsetOf({ accounts: 'none', profile: 'none' })).toMatchObject({ hasProfiles: false });
    expect(outsetOf({ accounts: 'a: b' })).toMatchObject({ hasAccountList: true, hasProfiles: true });
    expect(outsetOf({ profile: 'x', 'job-summary': 'Never' })).toMatchObject({
      ...{ hasAccountList: false, hasProfiles: true, summarizesFailure: false },
    });
  });
});

test('every input is read by something', () => {
  const read = new Set<string>();
  const watched = (some: Partial<Inputs>): Inputs =>
    new Proxy(inputsOf(some), {
      get: (inputs, name) => {
        read.add(String(name));
        return inputs[name as InputName];
      },
    });
  const hub = 'arn:aws:iam::111111111111:role/hub';
  for (const kind of ['access-key', 'token-file'])
    try {
      requestFrom(watched({ 'role-arn': hub, 'credential-source': kind }), surroundings(), new Problems());
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  expect([...read].sort()).toEqual([...inputNames].sort());
});
