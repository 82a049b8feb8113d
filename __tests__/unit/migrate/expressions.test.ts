import { describe, expect, test } from '@jest/globals';
import {
  expressionOf,
  isTrue,
  mayBeEmpty,
  operand,
  readValue,
  type Lookup,
} from '../../../scripts/migrate/expressions.ts';

/** Here, what is called "optional" may be empty, and "flag" is a boolean. */
const lookup: Lookup = {
  mayBeEmpty: (context, name) => context === 'inputs' && name.startsWith('optional'),
  isText: (_, name) => name !== 'flag',
  mayBeZero: () => false,
};

test.each([
  ['${{ inputs.x }}', 'inputs.x'],
  ["  ${{ inputs.x || '}}' }} ", "inputs.x || '}}'"],
  ["${{ format('it''s {0}', x) }}", "format('it''s {0}', x)"],
  ['a ${{ inputs.x }}', undefined],
  ['${{ a }}${{ b }}', undefined],
  ['inputs.x', undefined],
])('%s is the expression %s', (text, expression) => {
  expect(expressionOf(text)).toBe(expression);
});

test.each([
  ['inputs.optional', true],
  ["inputs['optional']", true],
  ['( inputs.optional )', true],
  ['inputs.required', false],
  ['secrets.optional', false],
  ["inputs.optional || 'x'", false],
  ["inputs.optional || ''", true],
  ['inputs.required || inputs.optional', true],
  ["inputs.optional && 'x'", true],
  ["inputs.required && 'x'", false],
  ["inputs.required && 'x' || inputs.required", false],
  ["format('{0}', inputs.optional)", false],
  ["contains(inputs.optional, '||')", false],
  ["'a || b'", false],
  ["''", true],
  ['fromJSON(inputs.optional).role', false],
])('%s may be empty: %s', (expression, expected) => {
  expect(mayBeEmpty(expression, lookup)).toBe(expected);
});

describe('values', () => {
  test('as they are read', () => {
    expect(readValue(' ', lookup)).toEqual({ kind: 'absent' });
    expect(readValue('x', lookup)).toEqual({ kind: 'known', text: 'x' });
    const open = { kind: 'open', mayBeEmpty: false, nullable: false };
    expect(readValue('${{ inputs.flag }}', lookup)).toMatchObject({ ...open, nullable: true });
    expect(readValue('a-${{ inputs.optional }}', lookup)).toMatchObject(open);
  });

  test('as operands', () => {
    const operands = ['', "it's", '${{ a }}', '${{ a || b }}', "${{ a && 'b' }}"];
    expect(operands.map((text) => operand(readValue(text, lookup)))).toEqual([
      "''",
      "'it''s'",
      'a',
      '(a || b)',
      "(a && 'b')",
    ]);
    expect(isTrue(readValue('${{ inputs.flag }}', lookup))).toBe("format('{0}', inputs.flag) == 'true'");
  });
});
