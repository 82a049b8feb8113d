import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { summarizePost } from '../../../src/delivery/post-summary.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('what the post step found', async () => {
  await summarizePost([], 'assume');
  expect(runner.summary()).toBe('');
  await summarizePost(['Verified: <x>.', 'Profile *a* expired.'], '');
  expect(runner.summary()).toBe(
    '### After the job\n\n- Verified: &#60;x&#62;.\n- Profile &#42;a&#42; expired.\n',
  );
});
