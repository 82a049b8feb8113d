import { describe, expect, test } from '@jest/globals';
import { readRequest } from '../../../src/request/request.ts';
import type { InputName } from '../../../src/request/inputs.ts';
import { InputError } from '../../../src/request/problems.ts';
import { given, surroundings } from './given.ts';

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/customer';

const problemsOf = (some: Partial<Record<InputName, string>>): string[] => {
  try {
    readRequest(given(some), surroundings());
    return [];
  } catch (error) {
    return (error as InputError).problems.map(({ input, text }) => `${input}: ${text}`);
  }
};

const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'secret' };

describe('what no role of the chain can use is an error', () => {
  test.each<Partial<Record<InputName, string>>>([
    { 'session-tags': 'a=b' },
    { 'session-tags': 'a=b', 'transitive-tag-keys': 'a' },
    { 'workflow-tags': 'true' },
    { 'source-identity': 'fred' },
    { 'external-id': 'id-1' },
  ])('%j by web identity alone', (some) => {
    const rule = 'cannot be sent: the only role is assumed by web identity (oidc), which accepts none';
    expect(problemsOf({ 'role-arn': hub, ...some })).toEqual(
      Object.keys(some).map((input) => expect.stringContaining(`${input}: ${rule}`)),
    );
    expect(problemsOf({ 'role-arn': `${hub}\n${customer}`, ...some })).toEqual([]);
    expect(problemsOf({ 'role-arn': hub, ...keys, ...some })).toEqual([]);
  });

  test('an external id for the role that is assumed by web identity', () => {
    expect(problemsOf({ 'role-arn': `${hub}\n${customer}`, 'external-id': 'id-1\n-' })).toEqual([
      expect.stringContaining(
        'external-id: is set for the first role, which is assumed by web identity (oidc)',
      ),
    ]);
    expect(problemsOf({ 'role-arn': `${hub}\n${customer}`, 'external-id': '-\nid-2' })).toEqual([]);
    expect(problemsOf({ 'role-arn': hub, 'external-id': '-' })).toEqual([]);
  });

  test('MFA from a web identity, however long the chain', () => {
    const mfa = { 'mfa-serial-number': 'arn:aws:iam::111111111111:mfa/x', 'mfa-token-code': '123456' };
    expect(problemsOf({ 'role-arn': `${hub}\n${customer}`, ...mfa })).toEqual([
      expect.stringContaining("mfa-serial-number: needs an IAM user's keys"),
      expect.stringContaining("mfa-token-code: needs an IAM user's keys"),
    ]);
    expect(problemsOf({ 'role-arn': hub, ...keys, ...mfa })).toEqual([]);
  });
});
