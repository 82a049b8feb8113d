import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { causes, failStep } from '../../../src/failures/fail-step.ts';
import { report, text } from '../../../src/failures/explanation.ts';
import { secret } from '../../../src/github/masks.ts';
import { customerArn, hopTo } from '../sts/plans.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

const page = (anchor: string): string =>
  `More about this failure: https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#${anchor}`;

test('a failure is one annotation, then its parts, then a link; and it fails the step', () => {
  failStep(report('AssumeRole access denied', 'M', { paste: [text('P')], words: 'W' }), new Error('E'));
  expect(runner.printed).toEqual([
    '::error title=AssumeRole access denied::M%0AP%0AAnswer: W',
    page('assumerole-access-denied'),
  ]);
  expect(process.exitCode).toBe(1);
});

test('with debugging each cause is shown with its code and stack, and without secrets', () => {
  process.env['RUNNER_DEBUG'] = '1';
  secret('s3cr3t-of-a-cause');
  const first = Object.assign(new Error('connect s3cr3t-of-a-cause'), { code: 'ECONNREFUSED' });
  failStep(report('Clock skew', 'M'), new Error('outer', { cause: first }));
  const lines = runner.printed.filter((line) => /^(Error|Caused by)/.test(line));
  expect(lines).toEqual(['Error: Error: outer', 'Caused by: Error (ECONNREFUSED): connect ***']);
  expect(runner.printed.filter((line) => /^\s+at /.test(line)).length).toBeGreaterThan(1);
  runner.printed.length = 0;
  failStep(report('Clock skew', 'M'), 'text');
  expect(runner.printed).toHaveLength(2);
});

test('causes in a circle end, and no command line is shown', () => {
  const [a, b] = [new Error('a'), new Error('Command failed: vault --token hunter2')];
  Object.assign(a, { cause: b });
  Object.assign(b, { cause: a });
  const named = causes(a).filter((line) => !/^\s+at /.test(line));
  expect(named).toHaveLength(10);
  expect(named.slice(0, 2)).toEqual(['Error: Error: a', 'Caused by: Error: a program failed']);
});

test('what does not fit into an annotation is in the log, and the annotation says so', () => {
  const long = Array.from({ length: 120 }, (_, index) => `"line ${String(index)} of a long policy document"`);
  const paste = [{ kind: 'code', language: 'json', code: long.join('\n') }] as const;
  failStep(report('Clock skew', 'M', { steps: ['S'], paste, words: 'W' }));
  expect(runner.printed[0]).toBe(
    '::error title=Clock skew::M%0A  1. S%0AThe text to paste is in the log of this step.%0AAnswer: W',
  );
  expect(runner.printed.slice(1, 121)).toEqual(long);
});

test('accounts that failed are listed in a group for each cause', () => {
  const role = hopTo(customerArn).role;
  const groups = [{ report: report('Throttled', 'A'), accounts: [{ name: 'acme', role, reason: 'C: A' }] }];
  failStep({ ...report('Throttled', 'M', { groups }), title: '1 of 2 accounts failed' });
  expect(runner.printed.slice(1, 4)).toEqual([
    '::group::Throttled (1)',
    `acme: ${customerArn}: C: A`,
    '::endgroup::',
  ]);
});
