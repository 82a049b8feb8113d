import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { report, text } from '../../../src/failures/explanation.ts';
import { summarizeFailure } from '../../../src/failures/summarize-failure.ts';
import { secret } from '../../../src/github/masks.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
  delete process.env['GITHUB_ACTION'];
});

test('a failure, with a link to the page that says more, and without a secret', async () => {
  secret('s3cr3t-in-a-summary');
  process.env['GITHUB_ACTION'] = 'assume';
  const paste = [text('Check *this* s3cr3t-in-a-summary.')];
  await summarizeFailure(report('AssumeRole access denied', 'Hop 1 [x]', { paste }));
  expect(runner.summary()).toBe(
    `### AssumeRole access denied

Step: <code>assume</code>.

Hop 1 &#91;x&#93;

Check &#42;this&#42; ***.

[More about this failure](https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#assumerole-access-denied)
`,
  );
});
