import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { secret, secretAccounts } from '../../../src/github/masks.ts';
import { redact } from '../../../src/text/redact.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('a secret is registered once, and is never printed', () => {
  secret('s3cr3t-one');
  secret('s3cr3t-one');
  secret(' ');
  secret('');
  expect(runner.printed).toEqual(['::add-mask::s3cr3t-one']);
  expect(redact('a s3cr3t-one b s3cr3t-one')).toBe('a *** b ***');
});

test('the accounts in a text are secrets, and no other digits', () => {
  secretAccounts('arn:aws:iam::111122223333:role/x 444455556666, 1234567890123 12345678901');
  expect(runner.printed).toEqual(['::add-mask::111122223333', '::add-mask::444455556666']);
  secretAccounts('none');
  expect(runner.printed).toHaveLength(2);
});
