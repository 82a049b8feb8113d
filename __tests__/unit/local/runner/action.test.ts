import { describe, expect, test } from '@jest/globals';
import { inputsOf, inputVariables, readAction, readNodeAction } from '../../../../local/runner/action.ts';
import type { ExpressionContext } from '../../../../local/runner/expressions.ts';
import { trialAction } from './trial-action.ts';

const context: ExpressionContext = {
  ...{
    github: { ref: 'refs/heads/main' },
    env: { STAGE: 'prod' },
    steps: {},
    secrets: { KEY: 's3cr3t' },
    vars: {},
  },
  ...{ inputs: {}, matrix: {}, strategy: {}, needs: {}, runner: { os: 'Linux' }, job: {} },
  status: 'success',
};

describe('action.yml', () => {
  test('is read with what it leaves out', () => {
    expect(readAction(trialAction({}))).toMatchObject({
      main: 'main.mjs',
      post: undefined,
      postIf: 'always()',
    });
    const post = readAction(trialAction({ post: '', runs: '  post-if: success()' }));
    expect(post).toMatchObject({ post: 'post.mjs', postIf: 'success()' });
  });

  test.each([
    [{ using: 'node22' }, "'using: node22' is not supported"],
    [{ using: 'node20' }, 'The action runs on node20, and this is Node.js'],
    [{ runs: '  pre: main.mjs' }, '`pre` execution is not supported'],
    [{ runs: '  post: gone.mjs' }, 'File not found'],
  ])('%j is refused', (action, message) => {
    expect(() => readAction(trialAction(action))).toThrow(message);
  });
});

test('a composite action is read with its steps', () => {
  const root = trialAction({ using: 'composite', runs: '  steps: [{ run: "true", shell: sh }]' });
  expect(readAction(root)).toMatchObject({ kind: 'composite', steps: [{ run: 'true', shell: 'sh' }] });
  expect(() => readNodeAction(root)).toThrow('is a composite action');
});

describe('inputs', () => {
  const inputs = `
  Role-ARN: { required: true }
  region: { default: us-east-1 }
  ref: { default: "\${{ github.ref }} on \${{ runner.os }}" }
  number: { default: 5 }
  plain:`;
  const action = readAction(trialAction({ inputs }));

  test('have their defaults, or are empty; required is not enforced', () => {
    expect(inputsOf(action, undefined, context).inputs).toEqual({
      ...{ 'role-arn': '', region: 'us-east-1', ref: 'refs/heads/main on Linux', number: '5', plain: '' },
    });
  });

  test('are what is given, by a name of any case, expressions evaluated', () => {
    const given = { 'ROLE-arn': 'x', region: '${{ env.STAGE }}', number: 6, plain: '${{ secrets.KEY }}' };
    const { inputs: values, warnings } = inputsOf(action, given, context);
    expect(values).toMatchObject({ 'role-arn': 'x', region: 'prod', number: '6', plain: 's3cr3t' });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['empty', ''],
    ['null', null],
    ['an empty expression', '${{ vars.MISSING }}'],
    ['in capitals', ''],
  ])('a default does not replace a value that is given but empty: %s', (how, value) => {
    const name = how === 'in capitals' ? 'REGION' : 'region';
    expect(inputsOf(action, { [name]: value }, context).inputs['region']).toBe('');
  });

  test('that the action does not define are passed on with a warning, named as they were given', () => {
    const given = inputsOf(action, { 'Role-Arn': 'x', 'Allowed-Id': 'x' }, context);
    expect(given.warnings[0]).toMatch(/^Unexpected input\(s\) 'Allowed-Id', valid/);
    expect(inputVariables(given.inputs)).toMatchObject({ 'INPUT_ALLOWED-ID': 'x' });
  });

  test('that the action does not have are passed on with a warning', () => {
    const { inputs: values, warnings } = inputsOf(action, { other: 'x', more: 'y' }, context);
    expect(values).toMatchObject({ other: 'x', more: 'y' });
    expect(warnings).toEqual([
      "Unexpected input(s) 'other', 'more', valid inputs are ['Role-ARN', 'region', 'ref', 'number', 'plain']",
    ]);
  });

  test.each(['secrets.KEY', 'env.STAGE', 'vars.X', 'steps.x', 'inputs.x'])(
    'cannot default to %s',
    (expression) => {
      const defaulted = readAction(trialAction({ inputs: `  x: { default: "\${{ ${expression} }}" }` }));
      expect(() => inputsOf(defaulted, {}, context)).toThrow();
    },
  );

  test('become variables', () => {
    expect(inputVariables({ 'role-arn': 'a', 'two words': 'b', plain: '' })).toEqual({
      ...{ 'INPUT_ROLE-ARN': 'a', INPUT_TWO_WORDS: 'b', INPUT_PLAIN: '' },
    });
  });
});
