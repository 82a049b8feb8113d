import { describe, expect, test } from '@jest/globals';
import { givenInputs } from '../../../src/github/given-inputs.ts';

describe('the inputs of a step', () => {
  test('have their names in lower case', () => {
    const environment = { 'INPUT_ROLE-ARN': 'x', 'INPUT_STS-ENDPOINT': '', PATH: '/bin', INPUT_A_B: 'y' };
    expect(givenInputs(environment, 'linux')).toEqual({ 'role-arn': 'x', 'sts-endpoint': '', a_b: 'y' });
  });

  test.each(['INPUT_sts-endpoint', 'INPUT_Sts-Endpoint', 'INPUT_MAS\u212a-ACCOUNT-ID'])(
    '%s does not pass for one that the runner wrote, whichever comes first',
    (planted) => {
      const own = { 'INPUT_STS-ENDPOINT': '', 'INPUT_MASK-ACCOUNT-ID': 'true' };
      const expected = { 'sts-endpoint': '', 'mask-account-id': 'true', [planted]: 'x' };
      expect(givenInputs({ ...own, [planted]: 'x' }, 'linux')).toEqual(expected);
      expect(givenInputs({ [planted]: 'x', ...own }, 'linux')).toEqual(expected);
    },
  );

  test('on Windows have the case in which a variable was first set', () => {
    expect(givenInputs({ 'INPUT_Sts-Endpoint': '' }, 'win32')).toEqual({ 'sts-endpoint': '' });
  });
});
