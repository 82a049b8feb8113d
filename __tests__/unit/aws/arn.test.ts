import { describe, expect, test } from '@jest/globals';
import { assumedRoleArn, parsePolicyArn, parseRoleArn, type RoleArn } from '../../../src/aws/arn.ts';
import { partitions } from '../../../src/aws/partitions.ts';

describe('a role ARN', () => {
  test('is taken apart', () => {
    expect(parseRoleArn('arn:aws:iam::123456789012:role/a/b/Deploy+=,.@-_1')).toEqual({
      text: 'arn:aws:iam::123456789012:role/a/b/Deploy+=,.@-_1',
      partition: 'aws',
      accountId: '123456789012',
      path: '/a/b/',
      name: 'Deploy+=,.@-_1',
    });
    expect(parseRoleArn('arn:aws:iam::123456789012:role/x')).toMatchObject({ path: '/', name: 'x' });
  });

  test.each(partitions.map(({ id }) => id))('of partition %s', (id) => {
    expect(parseRoleArn(`arn:${id}:iam::123456789012:role/x`)).toMatchObject({ partition: id });
  });

  test.each([
    [
      'arn:aws:iam:666666:role/BlahRole',
      'the account id must be 12 digits, with two colons before it and one after it, as in arn:aws:iam::123456789012:role/BlahRole',
    ],
    [
      'arn:aws:iam:123456789012:role/x',
      'the account id must be 12 digits, with two colons before it and one after it, as in arn:aws:iam::123456789012:role/x',
    ],
    [
      'arn:aws:iam::12345678901:role/x',
      'the account id must be 12 digits, with two colons before it and one after it, as in arn:aws:iam::123456789012:role/x',
    ],
    ['arn:aws:iam::1234567890123:role/x', 'the account id must be 12 digits'],
    [
      '"arn:aws:iam::210987654321:role/x"',
      'it is in quotes, which are part of the value here, as in arn:aws:iam::210987654321:role/x',
    ],
    ['arn:aws:iam::210987654321:role/my role', 'it contains white space'],
    ['210987654321', 'it must begin with "arn:", as in arn:aws:iam::210987654321:role/ROLE-NAME'],
    ['- arn:aws:iam::210987654321:role/a/b/deploy', 'as in arn:aws:iam::210987654321:role/a/b/deploy'],
    ['role/deploy', 'it must begin with "arn:", as in arn:aws:iam::123456789012:role/deploy'],
    ['ARN:AWS:IAM::210987654321:ROLE/x', 'it must be in lower case, as in arn:aws:iam::210987654321:role/x'],
    [
      'arn:amazon:iam::210987654321:role/x',
      '"amazon" is not an AWS partition. The partitions are aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-eusc',
    ],
    ['arn:aws-xx:iam::210987654321:role/x', '"aws-xx" is not an AWS partition'],
    [
      'arn:aws:sts::210987654321:assumed-role/Deploy/session',
      'it names a session (sts, assumed-role): give the role that was assumed, as in arn:aws:iam::210987654321:role/Deploy',
    ],
    ['arn:aws:s3:::bucket', 'it is an ARN of "s3", but roles belong to iam'],
    ['arn:aws:iam::210987654321:user/fred', 'it names "user", not a role'],
    ['arn:aws:iam::210987654321:instance-profile/x', 'it names "instance-profile", not a role'],
    ['arn:aws:iam::210987654321', 'it names "", not a role'],
    ['arn:aws:iam::210987654321:role/', "the role's name, or a part of its path, is missing"],
    ['arn:aws:iam::210987654321:role//x', "the role's name, or a part of its path, is missing"],
    [
      'arn:aws:iam:us-east-1:210987654321:role/x',
      'it contains the region "us-east-1", but role ARNs have none',
    ],
    ['BlahRole', 'as in arn:aws:iam::123456789012:role/BlahRole'],
    ['${{ secrets.ROLE }}', 'it contains an expression that GitHub has not evaluated'],
    ['arn:aws:iam::210987654321:role/*', "the role's name may contain only letters, digits"],
    [
      `arn:aws:iam::210987654321:role/${'x'.repeat(65)}`,
      "the role's name has 65 characters, and at most 64 are allowed",
    ],
    [
      `arn:aws:iam::210987654321:role/${'p'.repeat(511)}/x`,
      'the path has 513 characters, and at most 512 are allowed',
    ],
  ])('%s is none', (text, reason) => {
    const parsed = parseRoleArn(text);
    expect(parsed).toMatch(/^is not a role ARN: /);
    expect(parsed).toContain(reason);
  });

  test('may have a name of 64 and a path of 512 characters', () => {
    expect(parseRoleArn(`arn:aws:iam::210987654321:role/${'x'.repeat(64)}`)).toMatchObject({ path: '/' });
    expect(parseRoleArn(`arn:aws:iam::210987654321:role/${'p'.repeat(510)}/x`)).toMatchObject({ name: 'x' });
  });

  test('is the only ARN on its line', () => {
    expect(parseRoleArn('arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:role/b')).toBe(
      'contains more than one ARN: write one a line',
    );
  });
});

test("a session's ARN drops the role's path", () => {
  const role = parseRoleArn('arn:aws-cn:iam::123456789012:role/a/b/Deploy') as RoleArn;
  expect(assumedRoleArn(role, 'name')).toBe('arn:aws-cn:sts::123456789012:assumed-role/Deploy/name');
});

test('policy ARNs', () => {
  expect(parsePolicyArn('arn:aws:iam::aws:policy/job-function/Billing')).toEqual({
    partition: 'aws',
    accountId: 'aws',
  });
  expect(parsePolicyArn('arn:aws-us-gov:iam::123456789012:policy/x')).toEqual({
    partition: 'aws-us-gov',
    accountId: '123456789012',
  });
  for (const text of [
    'arn:aws:iam::aws:policy/',
    'arn:nope:iam::aws:policy/x',
    'arn:aws:iam::1:policy/x',
    'x',
  ]) {
    expect(parsePolicyArn(text)).toBeUndefined();
  }
});

test('what is far too long is not taken apart', () => {
  const text = `arn:aws:iam::210987654321:role/${'x'.repeat(2017)}`;
  expect(parseRoleArn(text)).toContain("the role's name has 2017 characters");
  expect(parseRoleArn(`${text}x`)).toBe(
    'is not a role ARN: it has 2049 characters, and at most 2048 are allowed',
  );
});

test.each([
  ['ARN:AWS-CN:IAM::210987654321:ROLE/x', 'arn:aws-cn:iam::210987654321:role/x'],
  ['arn:aws-us-gov:iam:1:role/a/b', 'arn:aws-us-gov:iam::123456789012:role/a/b'],
  ['x-arn:aws-cn:iam::210987654321:role/x', 'arn:aws:iam::210987654321:role/x'],
  ['arn:aws:sts::210987654321:assumed-role/De+p,l.o@y-_/s', 'arn:aws:iam::210987654321:role/De+p,l.o@y-_'],
  ['`arn:aws:iam::210987654321:role/x`', 'arn:aws:iam::210987654321:role/x'],
  ['arn:aws:iam::210987654321:role/x/ y', 'arn:aws:iam::210987654321:role/ROLE-NAME'],
  ['arn', 'arn:aws:iam::123456789012:role/ROLE-NAME'],
  ['arnold', 'arn:aws:iam::123456789012:role/arnold'],
  ['210987654321x', 'arn:aws:iam::210987654321:role/210987654321x'],
  ['x'.repeat(65), 'arn:aws:iam::123456789012:role/ROLE-NAME'],
])('%s: the repair is %s', (text, repair) => {
  const parsed = parseRoleArn(text);
  expect(typeof parsed === 'string' && parsed.split(', as in ')[1]).toBe(repair);
});

test.each([
  ['x"arn:aws:iam::210987654321:role/x"', 'it must begin with "arn:"'],
  ['arn:aws:iam::210987654321:role', "the role's name, or a part of its path, is missing"],
  ['arn:aws:iam::210987654321:xrole', 'it names "xrole", not a role'],
  ['arn:aws::us-east-1:210987654321:role/x', 'it is an ARN of "", but roles belong to iam'],
  ['arn:', '"" is not an AWS partition'],
  ['my arn:aws', 'it contains white space'],
])('%s: %s', (text, reason) => {
  expect(parseRoleArn(text)).toContain(`is not a role ARN: ${reason}`);
});
