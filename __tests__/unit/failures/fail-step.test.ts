import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { causes, failStep } from '../../../src/failures/fail-step.ts';
import { secret } from '../../../src/github/secrets.ts';
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
  failStep(
    { title: 'A role was refused', message: 'M', parts: [{ kind: 'text', text: 'P' }] },
    new Error('E'),
  );
  expect(runner.printed).toEqual(['::error title=A role was refused::M', 'P', page('a-role-was-refused')]);
  expect(process.exitCode).toBe(1);
});

test('with debugging each cause is shown with its code and stack, and without secrets', () => {
  process.env['RUNNER_DEBUG'] = '1';
  secret('s3cr3t-of-a-cause');
  const first = Object.assign(new Error('connect s3cr3t-of-a-cause'), { code: 'ECONNREFUSED' });
  failStep({ title: 'T', message: 'M', parts: [] }, new Error('outer', { cause: first }));
  const lines = runner.printed.filter((line) => /^(Error|Caused by)/.test(line));
  expect(lines).toEqual(['Error: Error: outer', 'Caused by: Error (ECONNREFUSED): connect ***']);
  expect(runner.printed.filter((line) => /^\s+at /.test(line)).length).toBeGreaterThan(1);
  runner.printed.length = 0;
  failStep({ title: 'T', message: 'M', parts: [] }, 'text');
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
