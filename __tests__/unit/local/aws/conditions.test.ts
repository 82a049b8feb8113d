import { describe, expect, test } from '@jest/globals';
import {
  checkOperator,
  isOperatorMet,
  NotEvaluated,
  wildcard,
  type ConditionContext,
} from '../../../../local/aws/conditions.ts';

const context: ConditionContext = new Map([
  ['sts:externalid', ['Abc']],
  ['aws:tagkeys', ['Team', 'Cost']],
  ['aws:multifactorauthpresent', ['true']],
  ['aws:principalarn', ['arn:aws:iam::111111111111:role/a/b']],
  ['aws:multifactorauthage', ['300']],
]);

test.each<[boolean, string, string, string[]]>([
  [true, 'StringEquals', 'sts:ExternalId', ['x', 'Abc']],
  [true, 'StringEquals', 'STS:EXTERNALID', ['Abc']],
  [false, 'StringEquals', 'sts:ExternalId', ['abc']],
  [false, 'StringEquals', 'sts:ExternalId', ['A*']],
  [false, 'StringEquals', 'sts:Missing', ['Abc']],
  [true, 'StringEqualsIfExists', 'sts:Missing', ['Abc']],
  [false, 'StringEqualsIfExists', 'sts:ExternalId', ['abc']],
  [true, 'StringEqualsIgnoreCase', 'sts:ExternalId', ['aBC']],
  [true, 'StringNotEquals', 'sts:ExternalId', ['x', 'y']],
  [false, 'StringNotEquals', 'sts:ExternalId', ['x', 'Abc']],
  [true, 'StringNotEquals', 'sts:Missing', ['Abc']],
  [false, 'StringNotEqualsIgnoreCase', 'sts:ExternalId', ['ABC']],
  [true, 'StringLike', 'sts:ExternalId', ['A?c']],
  [true, 'StringLike', 'sts:ExternalId', ['*']],
  [false, 'StringLike', 'sts:ExternalId', ['A.c', 'A?']],
  [false, 'StringNotLike', 'sts:ExternalId', ['A*']],
  [true, 'Bool', 'aws:MultiFactorAuthPresent', ['True']],
  [false, 'Bool', 'aws:Missing', ['false']],
  [true, 'BoolIfExists', 'aws:Missing', ['false']],
  [true, 'Null', 'aws:Missing', ['true']],
  [false, 'Null', 'aws:Missing', ['false']],
  [true, 'Null', 'sts:ExternalId', ['false']],
  [true, 'NumericEquals', 'aws:MultiFactorAuthAge', ['300.0']],
  [false, 'NumericNotEquals', 'aws:MultiFactorAuthAge', ['300.0']],
  [true, 'NumericNotEquals', 'aws:Missing', ['300']],
  [true, 'NumericLessThan', 'aws:MultiFactorAuthAge', ['301']],
  [true, 'NumericLessThanEquals', 'aws:MultiFactorAuthAge', ['300']],
  [false, 'NumericGreaterThan', 'aws:MultiFactorAuthAge', ['300']],
  [true, 'NumericGreaterThanEquals', 'aws:MultiFactorAuthAge', ['300']],
  [true, 'ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:role/*']],
  [false, 'ArnLike', 'aws:PrincipalArn', ['arn:*/a/b', 'arn:aws:*']],
  [true, 'ArnEquals', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/a/?']],
  [false, 'ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::111111111111:role/*']],
  [true, 'ArnNotEquals', 'aws:PrincipalArn', ['arn:aws:iam::222222222222:role/*']],
  [true, 'ForAllValues:StringEquals', 'aws:TagKeys', ['Team', 'Cost', 'More']],
  [false, 'ForAllValues:StringEquals', 'aws:TagKeys', ['Team']],
  [true, 'ForAllValues:StringEquals', 'aws:Missing', ['Team']],
  [true, 'ForAnyValue:StringEquals', 'aws:TagKeys', ['Team', 'More']],
  [false, 'ForAnyValue:StringEquals', 'aws:TagKeys', ['More']],
  [false, 'ForAnyValue:StringEquals', 'aws:Missing', ['Team']],
  [false, 'ForAnyValue:StringNotEquals', 'aws:Missing', ['Team']],
  [true, 'ForAnyValue:StringNotEquals', 'aws:TagKeys', ['Team']],
  [true, 'ForAnyValue:StringLikeIfExists', 'aws:Missing', ['x']],
])('%s: %s %s %j', (holds, operator, key, wanted) => {
  expect(() => {
    checkOperator(operator);
  }).not.toThrow();
  expect(isOperatorMet(operator, key, wanted, context)).toBe(holds);
});

describe('unknown operators', () => {
  test.each(['StringEqual', 'DateLater', 'NullIfExists', 'ForSomeValues:StringEquals', 'constructor', ''])(
    '%s',
    (operator) => {
      expect(() => {
        checkOperator(operator);
      }).toThrow('Unknown condition operator');
      expect(() => isOperatorMet(operator, 'sts:ExternalId', ['Abc'], context)).toThrow(
        'Unknown condition operator',
      );
    },
  );
});

test.each(['DateLessThan', 'IpAddressIfExists', 'ForAnyValue:BinaryEquals'])(
  '%s is one of IAM, and not evaluated',
  (operator) => {
    expect(() => {
      checkOperator(operator);
    }).toThrow(NotEvaluated);
    expect(() => isOperatorMet(operator, 'sts:Missing', ['x'], context)).toThrow(NotEvaluated);
  },
);

test('wildcards are literal characters', () => {
  expect(wildcard('a.c').test('abc')).toBe(false);
  expect(wildcard('(a)[b]{c}|^$+\\').test('(a)[b]{c}|^$+\\')).toBe(true);
  expect(wildcard('a*').test('a\nb')).toBe(true);
});
