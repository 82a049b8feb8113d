import { describe, expect, test } from '@jest/globals';
import {
  couldBeEmpty,
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
  hasValue: (context, name) => context === 'inputs' && name === 'required',
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

test.each([
  ['vars.X', true],
  ['secrets.X', true],
  ['inputs.optional', true],
  ['inputs.undeclared', true],
  ['steps.a.outputs.b', true],
  ["needs['a'].outputs.b", true],
  ['github.head_ref', true],
  ['github.event.client_payload.role', true],
  ['fromJSON(vars.X).role', true],
  ["fromJSON('{}')[github.ref_name]", true],
  ["vars.X || ''", true],
  ['vars.X || vars.Y', true],
  ["(vars.X || 'x')", false],
  ["((vars.X) || ('x'))", false],
  ['(vars.X) || (vars.Y)', true],
  ["vars.X && 'x'", true],
  ["github.ref == 'refs/heads/main' && vars.X || 'x'", false],
  ["github.ref == 'refs/heads/main' && 'x'", false],
  ["github.ref == 'refs/heads/main' && vars.X", true],
  ['inputs.required', false],
  ['github.run_id', false],
  ['github.repository', false],
  ["format('{0}-x', vars.X)", false],
  ["contains(vars.X, 'x')", false],
  ['!vars.X', false],
  ["'x'", false],
  ['12', false],
  ['true', false],
  ["''", true],
  ['null', true],
])('%s could be empty: %s', (expression, expected) => {
  expect(couldBeEmpty(expression, lookup)).toBe(expected);
});

describe('values', () => {
  test('as they are read', () => {
    expect(readValue(' ', lookup)).toEqual({ kind: 'absent' });
    expect(readValue('x', lookup)).toEqual({ kind: 'known', text: 'x' });
    const open = { kind: 'open', mayBeEmpty: false, couldBeEmpty: false, nullable: false };
    expect(readValue('${{ inputs.flag }}', lookup)).toMatchObject({
      ...{ ...open, nullable: true, couldBeEmpty: true },
    });
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
