import { describe, expect, test } from '@jest/globals';
import { outsetOf, readInputs } from '../../../src/request/given.ts';
import { defaults, inputNames, rowOf, type InputName, type Inputs } from '../../../src/request/inputs.ts';
import { InputError, Problems } from '../../../src/request/problems.ts';
import { requestFrom } from '../../../src/request/request.ts';
import { found, inputsOf, surroundings } from './given.ts';

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

test('a name that would write to the log is quoted', () => {
  const [problem = ''] = found((collected) => readInputs({ 'x\n::add-mask::y': '' }, collected));
  expect(problem).not.toContain('\n');
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
