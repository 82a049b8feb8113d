import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { secret } from '../../../src/github/masks.ts';
import { appendSummary } from '../../../src/github/job-summary.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('what is written has no secret in it', async () => {
  secret('s3cr3t-of-a-summary');
  await appendSummary('a s3cr3t-of-a-summary');
  expect(runner.summary()).toBe('a ***\n');
});

test('a runner without summaries does not fail the step', async () => {
  delete process.env['GITHUB_STEP_SUMMARY'];
  await expect(appendSummary('text')).resolves.toBeUndefined();
});
