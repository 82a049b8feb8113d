import { expect, test } from '@jest/globals';
import { actionHeader, scriptHeader } from '../../../../local/runner/step-header.ts';

test('an action shows the inputs that have a value, and the environment', () => {
  expect(actionHeader('a/b@v1', { region: 'us-east-1', 'external-id': '' }, { STAGE: '' })).toEqual([
    ...['##[group]Run a/b@v1', 'with:', '  region: us-east-1', 'env:', '  STAGE: ', '##[endgroup]'],
  ]);
  expect(actionHeader('a/b@v1', {}, {})).toEqual(['##[group]Run a/b@v1', '##[endgroup]']);
});

test('a script shows itself and its shell', () => {
  expect(scriptHeader('\n  echo a\necho b\n', 'sh -e {0}', { STAGE: 'prod' })).toEqual([
    ...[
      '##[group]Run echo a',
      '',
      '  echo a',
      'echo b',
      'shell: sh -e {0}',
      'env:',
      '  STAGE: prod',
      '##[endgroup]',
    ],
  ]);
});
