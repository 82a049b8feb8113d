import { expect, test } from '@jest/globals';
import { readDuration, readMfa } from '../../../src/request/durations.ts';
import { readSourceIdentity } from '../../../src/request/hop-readers.ts';
import { Problems } from '../../../src/request/problems.ts';
import { facts, found } from './given.ts';

const mfa = { serialNumber: 'arn:aws:iam::111111111111:mfa/x', tokenCode: '123456' };

test('a chain ends at an hour, a single role at twelve', () => {
  expect(readDuration('3600', 2, new Problems())).toBe(3600);
  expect(readDuration('43200', 1, new Problems())).toBe(43_200);
  expect(found((problems) => readDuration('3600', 2, problems))).toEqual([]);
  expect(found((problems) => readDuration('3601', 2, problems))).toEqual([
    'duration-seconds: "3601" is more than 3600, the most that AWS allows for a chained role. Lower it, and use profile for a longer job',
  ]);
  expect(found((problems) => readDuration('43201', 1, problems))).toHaveLength(1);
});

test('source-identity', () => {
  expect(readSourceIdentity('', () => facts, new Problems())).toBeUndefined();
  expect(readSourceIdentity('fred@example.com', () => facts, new Problems())).toBe('fred@example.com');
  expect(found((problems) => readSourceIdentity('aws:fred', () => facts, problems))).toEqual([
    expect.stringContaining('contains ":"'),
    'source-identity: "aws:fred" begins with "aws:", which is reserved for AWS',
  ]);
});

test('MFA needs both, and six digits that are never shown', () => {
  expect(readMfa('', '', new Problems())).toBeUndefined();
  expect(readMfa(` ${mfa.serialNumber} `, '123456', new Problems())).toEqual(mfa);
  expect(found((problems) => readMfa('', '123456', problems))).toEqual([
    expect.stringContaining('mfa-serial-number: is missing'),
  ]);
  expect(found((problems) => readMfa(mfa.serialNumber, '', problems))).toEqual([
    expect.stringContaining('mfa-token-code: is missing'),
  ]);
  expect(found((problems) => readMfa('short', '12345', problems))).toEqual([
    'mfa-serial-number: "short" is shorter than 9 characters',
    'mfa-token-code: is not 6 digits',
  ]);
});
