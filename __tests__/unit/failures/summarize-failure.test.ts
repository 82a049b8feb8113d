import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { summarizeFailure } from '../../../src/failures/summarize-failure.ts';
import { secret } from '../../../src/github/secrets.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('a failure, with a link to the page that says more, and without a secret', async () => {
  secret('s3cr3t-in-a-summary');
  const parts = [{ kind: 'text', text: 'Check *this* s3cr3t-in-a-summary.' }] as const;
  await summarizeFailure({ title: 'A role was refused', message: 'Hop 1 [x]', parts });
  expect(runner.summary()).toBe(
    `### A role was refused

Hop 1 &#91;x&#93;

Check &#42;this&#42; ***.

[More about this failure](https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#a-role-was-refused)
`,
  );
});
