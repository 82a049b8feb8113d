import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fail, say, warn } from '../../../src/github/log.ts';
import { secret } from '../../../src/github/secrets.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('no line is a command for the runner, wherever it comes from', () => {
  say('one\n::set-env name=a::b\n  ::add-mask::x\nend ##[error]y');
  expect(runner.printed).toEqual(['one', ': :set-env name=a::b', '  : :add-mask::x', 'end ## [error]y']);
});

test('no line holds a secret', () => {
  secret('s3cr3t-two');
  say('x s3cr3t-two');
  warn('y s3cr3t-two');
  fail({ title: 'z s3cr3t-two', message: 's3cr3t-two', parts: [] });
  expect(runner.printed.slice(1, 4)).toEqual(['x ***', '::warning::y ***', '::error title=z ***::***']);
  expect(runner.printed.join('\n').split('s3cr3t-two')).toHaveLength(2);
});

const page = (anchor: string): string =>
  `More on this: https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#${anchor}`;

test('a failure is one annotation, then its parts, then where more is said; and it fails the step', () => {
  fail({ title: 'A role was refused', message: 'M', parts: [{ kind: 'text', text: 'P' }] }, new Error('E'));
  expect(runner.printed).toEqual(['::error title=A role was refused::M', 'P', page('a-role-was-refused')]);
  expect(process.exitCode).toBe(1);
});

test('with debugging the stack is shown, where there is one', () => {
  process.env['RUNNER_DEBUG'] = '1';
  fail({ title: 'T', message: 'M', parts: [] }, new Error('E'));
  expect(runner.printed.slice(1, 3)).toEqual([page('t'), expect.stringMatching(/^Error: E$/)]);
  runner.printed.length = 0;
  fail({ title: 'T', message: 'M', parts: [] }, 'text');
  expect(runner.printed).toHaveLength(2);
});
