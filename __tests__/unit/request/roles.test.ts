import { describe, expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import { countRoles, readAllowedAccounts, readExternalIds, readRoles } from '../../../src/request/roles.ts';
import { found } from './given.ts';

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/deploy/customer';

describe('role-arn', () => {
  test('is a chain, one a line', () => {
    expect(readRoles(` ${hub}\n${customer} \n`, new Problems()).map(({ name }) => name)).toEqual([
      'hub',
      'customer',
    ]);
  });

  test('is required', () => {
    expect(found((problems) => readRoles(' \n', problems))).toEqual([
      expect.stringMatching(/^role-arn: is required/),
    ]);
  });

  test('reports every wrong line', () => {
    expect(found((problems) => readRoles(`x\n${hub}\ny`, problems))).toHaveLength(2);
  });

  test('stays in one partition', () => {
    expect(found((problems) => readRoles(`${hub}\narn:aws-cn:iam::222222222222:role/x`, problems))).toEqual([
      'role-arn: "arn:aws-cn:iam::222222222222:role/x" is in partition aws-cn, and the chain begins in aws: roles cannot be assumed across partitions',
    ]);
  });
});

describe('external-id', () => {
  test.each<[string, number, (string | undefined)[]]>([
    ['', 2, [undefined, undefined]],
    ['id-1', 1, ['id-1']],
    ['id-1', 3, [undefined, undefined, 'id-1']],
    ['-\nid-2', 2, [undefined, 'id-2']],
    ['id-1\n-', 2, ['id-1', undefined]],
    ['-', 1, [undefined]],
  ])('%j for %i roles', (text, count, expected) => {
    const problems = new Problems();
    expect(readExternalIds(text, count, problems)).toEqual(expected);
    expect(problems.all).toEqual([]);
  });

  test('in another number is an error', () => {
    expect(found((problems) => readExternalIds('a1\nb2', 3, problems))).toEqual([
      'external-id: has 2 lines and role-arn 3: give one line, for the last role, or 3, one a role, with - for none',
    ]);
    expect(found((problems) => readExternalIds('a1\nb2', 1, problems))[0]).toMatch(/give one line$/);
  });

  test('that is wrong is reported by its line, never by its value', () => {
    const [message = ''] = found((problems) => readExternalIds('-\nsecret id', 2, problems));
    expect(message).toMatch(/^external-id: line 2 contains a space: only letters/);
    expect(message).not.toContain('secret');
    expect(found((problems) => readExternalIds('a', 1, problems))).toEqual([
      'external-id: line 1 is shorter than 2 characters',
    ]);
    expect(found((problems) => readExternalIds('a'.repeat(1224), 1, problems))).toEqual([]);
    expect(found((problems) => readExternalIds('a'.repeat(1225), 1, problems))).toHaveLength(1);
  });
});

describe('allowed-account-ids', () => {
  const roles = readRoles(`${hub}\n${customer}`, new Problems());

  test('absent is any; the account of the last role must be in the list', () => {
    expect(readAllowedAccounts('', roles, new Problems())).toBeUndefined();
    expect(readAllowedAccounts('222222222222, 333333333333', roles, new Problems())).toEqual([
      '222222222222',
      '333333333333',
    ]);
    expect(found((problems) => readAllowedAccounts('111111111111', roles, problems))).toEqual([
      'allowed-account-ids: "111111111111" does not contain 222222222222, the account of the last role',
    ]);
  });

  test.each([
    [' ', 'is empty'],
    [',', 'has an empty entry between commas: remove it'],
    ['222222222222,', 'has an empty entry between commas: remove it'],
    ['22222222222', 'is not an account id, which is 12 digits'],
    ['*', 'is not an account id'],
    ['all', 'is not an account id'],
  ])('%j is an error, never "all"', (text, rule) => {
    expect(found((problems) => readAllowedAccounts(text, roles, problems)).join()).toContain(rule);
  });

  test('is not compared while there is no valid role', () => {
    expect(found((problems) => readAllowedAccounts('111111111111', [], problems))).toEqual([]);
  });
});

test('roles are counted as they are meant', () => {
  expect(countRoles(`${hub}\n\n${customer}`)).toBe(2);
  expect(countRoles(`${hub},${customer}`)).toBe(2);
  expect(countRoles('x\ny')).toBe(2);
  expect(countRoles('')).toBe(0);
});
