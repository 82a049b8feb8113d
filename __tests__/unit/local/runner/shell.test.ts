import { expect, test } from '@jest/globals';
import { shellOf } from '../../../../local/runner/shell.ts';

test.each([
  ['', 'bash', ['-e', '/a b.sh']],
  ['bash', 'bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '/a b.sh']],
  ['sh', 'sh', ['-e', '/a b.sh']],
  ['perl -w {0}', 'perl', ['-w', '/a b.sh']],
])('the shell "%s"', (name, file, args) => {
  const shell = shellOf(name);
  expect([shell.file, shell.args('/a b.sh')]).toEqual([file, args]);
  expect(shell.shown).toContain('{0}');
});

test('an unknown one is an error', () => {
  expect(() => shellOf('fish')).toThrow('Invalid shell option');
});
