import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotateError, say, sayGroup, warn } from '../../../src/github/log.ts';
import { secret } from '../../../src/github/masks.ts';
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

test('no line has a secret in it, or a character that hides another', () => {
  secret('s3cr3t-two');
  say('x s3cr3t-two');
  warn('y s3cr3t-two\u202e', 't s3cr3t-two');
  annotateError('z s3cr3t-two', 's3cr3t-two\u202e');
  sayGroup('g s3cr3t-two', ['l s3cr3t-two']);
  expect(runner.printed.slice(1)).toEqual([
    'x ***',
    '::warning title=t ***::y ***\\u202e',
    '::error title=z ***::***\\u202e',
    '::group::g ***',
    'l ***',
    '::endgroup::',
  ]);
});

test('an error fails the step, a warning does not', () => {
  warn('W');
  expect(process.exitCode).not.toBe(1);
  annotateError('T', 'one\ntwo');
  expect(runner.printed).toEqual(['::warning::W', '::error title=T::one%0Atwo']);
  expect(process.exitCode).toBe(1);
});
