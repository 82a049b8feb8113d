import { describe, expect, test } from '@jest/globals';
import {
  isTrue,
  interpolate,
  interpolateAll,
  type ExpressionContext,
} from '../../../../local/runner/expressions.ts';

const context: ExpressionContext = {
  github: { ref: 'refs/heads/main', event: { number: 7 } },
  env: { STAGE: 'prod' },
  steps: { one: { outcome: 'failure', conclusion: 'success', outputs: { 'assumed-role-arn': 'arn:x' } } },
  ...{ secrets: { KEY: 's3cr3t' }, vars: { REGION: 'eu-west-1' }, inputs: { dry: true } },
  ...{
    matrix: { os: 'linux' },
    strategy: {},
    needs: {},
    runner: { os: 'Linux' },
    job: { status: 'success' },
  },
  status: 'success',
};

describe('texts', () => {
  test.each([
    ['plain', 'plain'],
    ['${{ github.ref }}', 'refs/heads/main'],
    ['a ${{ env.STAGE }} b ${{ vars.REGION }}', 'a prod b eu-west-1'],
    ["${{ steps.one.outputs['assumed-role-arn'] }}", 'arn:x'],
    ['${{ steps.one.outputs.assumed-role-arn }}', 'arn:x'],
    ['${{ steps.none.outputs.x }}', ''],
    ['${{ steps.one.outcome }}', 'failure'],
    ['${{ secrets.KEY }}', 's3cr3t'],
    ['${{ inputs.dry && matrix.os || runner.os }}', 'linux'],
    ["${{ fromJSON('[1, 2]')[1] }}", '2'],
    ['${{ toJSON(github.event) }}', '{\n  "number": 7\n}'],
    ["${{ '}}' }}", '}}'],
    ["${{ 'it''s' }}", "it's"],
    ["${{ format('{0}-{1}', 'a', 1) }}", 'a-1'],
    [true, 'true'],
    [3600, '3600'],
    [null, ''],
    [undefined, ''],
  ])('%s', (value, text) => {
    expect(interpolate(value, context)).toBe(text);
  });

  test('every value of a mapping', () => {
    expect(interpolateAll({ A: '${{ env.STAGE }}', B: 2 }, context)).toEqual({ A: 'prod', B: '2' });
    expect(interpolateAll(undefined, context)).toEqual({});
  });

  test.each(['${{ nonsense.x }}', '${{ github. }}', '${{ nofunction() }}'])('%s is an error', (text) => {
    expect(() => interpolate(text, context)).toThrow();
  });

  test('what may not be looked at is an error', () => {
    const { github, status } = context;
    expect(interpolate('${{ github.ref }}', { github, status })).toBe('refs/heads/main');
    expect(() => interpolate('${{ secrets.KEY }}', { github, status })).toThrow(/secrets/);
  });
});

describe('conditions', () => {
  test.each([
    [undefined, true, false, false],
    ['', true, false, false],
    ['always()', true, true, true],
    ['success()', true, false, false],
    ['failure()', false, true, false],
    ['cancelled()', false, false, true],
    ['!cancelled()', true, true, false],
    ['${{ failure() || cancelled() }}', false, true, true],
    ["github.ref == 'refs/heads/main'", true, false, false],
    ["github.ref == 'always()'", false, false, false],
    ["always() && env.STAGE == 'prod'", true, true, true],
    [false, false, false, false],
    [true, true, false, false],
    ['steps.none.outputs.x', false, false, false],
    ['steps.one.outputs.assumed-role-arn', true, false, false],
    ['0', false, false, false],
    ['github.event', true, false, false],
  ])('%s', (condition, success, failure, cancelled) => {
    const after = (status: ExpressionContext['status']): boolean => isTrue(condition, { ...context, status });
    expect([after('success'), after('failure'), after('cancelled')]).toEqual([success, failure, cancelled]);
  });
});
