import { describe, expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import { readPolicyArns, readSessionPolicy } from '../../../src/request/session-policies.ts';
import { parseRoleArn, type RoleArn } from '../../../src/aws/arn.ts';
import { found } from './given.ts';

const allow = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const policy = (...statements: unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('session-policy', () => {
  test('is minified, and what STS refuses is escaped', () => {
    const text = JSON.stringify(
      { Version: '2012-10-17', Statement: { ...allow, Resource: 'arn:aws:s3:::b/日é' } },
      null,
      2,
    );
    expect(readSessionPolicy(text, new Problems())).toBe(
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/\\u65e5é"}}',
    );
    expect(readSessionPolicy(' \n', new Problems())).toBeUndefined();
  });

  test('nothing but white space is changed', () => {
    const text =
      '{ "Statement" : [ {"Effect":"Allow", "Action":"a b", "Resource":"\\"\\\\ x", "n": 12345678901234567890 } ] }';
    expect(readSessionPolicy(text, new Problems())).toBe(
      '{"Statement":[{"Effect":"Allow","Action":"a b","Resource":"\\"\\\\ x","n":12345678901234567890}]}',
    );
  });

  test.each([
    ['{"Version": ', 'session-policy: is not JSON: '],
    ['"text"', 'session-policy: must be a JSON object'],
    ['[]', 'session-policy: must be a JSON object'],
    ['null', 'session-policy: must be a JSON object'],
    ['{}', 'session-policy: has no "Statement"'],
    ['{"Statement":[]}', 'session-policy: has no "Statement"'],
    ['{"Version":"2020-01-01","Statement":{}}', 'session-policy: has the Version'],
    [policy('x'), 'session-policy: statement 1 is not a JSON object'],
    [
      policy({ ...allow, Effect: 'allow' }),
      'session-policy: statement 1 needs an "Effect" of "Allow" or "Deny"',
    ],
    [policy(allow, { Effect: 'Deny', Resource: '*' }), 'session-policy: statement 2 needs an "Action"'],
    [policy({ Effect: 'Deny', NotAction: '*' }), 'session-policy: statement 1 needs a "Resource"'],
    [policy({ ...allow, Principal: '*' }), 'session-policy: statement 1 has a "Principal"'],
    [policy({ ...allow, NotPrincipal: '*' }), 'session-policy: statement 1 has a "Principal"'],
  ])('%s', (text, rule) => {
    expect(found((problems) => readSessionPolicy(text, problems)).join()).toContain(rule);
  });

  test.each(['2012-10-17', '2008-10-17'])('accepts version %s, NotAction and NotResource', (Version) => {
    const text = JSON.stringify({ Version, Statement: { Effect: 'Deny', NotAction: '*', NotResource: '*' } });
    expect(found((problems) => readSessionPolicy(text, problems))).toEqual([]);
  });

  test('2048 characters are possible without white space, 2049 are not', () => {
    const padded = (length: number): string =>
      policy({ ...allow, Sid: 'x'.repeat(length - policy({ ...allow, Sid: '' }).length) });
    expect(found((problems) => readSessionPolicy(padded(2048), problems))).toEqual([]);
    expect(found((problems) => readSessionPolicy(padded(2049), problems))).toEqual([
      expect.stringContaining('has 2049 characters without white space: at most 2048'),
    ]);
  });
});

describe('session-policy-arns', () => {
  const role = parseRoleArn('arn:aws:iam::222222222222:role/x') as RoleArn;
  const read = (text: string, of: RoleArn | undefined = role): string[] =>
    found((problems) => readPolicyArns(text, of, problems));

  test("AWS's own and those of the account are taken", () => {
    expect(read('arn:aws:iam::aws:policy/ReadOnlyAccess, arn:aws:iam::222222222222:policy/a/b')).toEqual([]);
    const unknown = found((problems) =>
      readPolicyArns('arn:aws:iam::333333333333:policy/x', undefined, problems),
    );
    expect(unknown).toEqual([]);
  });

  test.each([
    ['arn:aws:iam::aws:role/x', 'is not the ARN of a managed policy'],
    ['arn:aws-x:iam::aws:policy/x', 'is not the ARN of a managed policy'],
    [
      'arn:aws-cn:iam::aws:policy/x',
      'is not in the partition of the last role, aws: name a policy of that partition',
    ],
    [
      'arn:aws:iam::333333333333:policy/x',
      'is not in the account of the last role, 222222222222: name a policy of that account, or one of AWS',
    ],
    ['arn:aws:iam::aws:policy/x,', 'has an empty entry between commas'],
    ['arn:aws:iam::aws:policy/x\narn:aws:iam::aws:policy/x', 'is listed twice: remove one'],
  ])('%j', (text, rule) => {
    expect(read(text).join()).toContain(rule);
  });

  test('10 are possible, 11 are not', () => {
    const arns = (count: number): string =>
      Array.from({ length: count }, (_, index) => `arn:aws:iam::aws:policy/p${String(index)}`).join('\n');
    expect(read(arns(10))).toEqual([]);
    expect(read(arns(11))).toEqual(['session-policy-arns: has 11 entries: at most 10 are allowed']);
  });
});
