import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { secret } from '../../../src/github/secrets.ts';
import { redacted } from '../../../src/known.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('a secret is registered once, and stands in nothing that is printed', () => {
  secret('s3cr3t-one');
  secret('s3cr3t-one');
  secret(' ');
  secret('');
  expect(runner.printed).toEqual(['::add-mask::s3cr3t-one']);
  expect(redacted('a s3cr3t-one b s3cr3t-one')).toBe('a *** b ***');
});
