import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { accountLines, causes, failStep } from '../../../src/failures/fail-step.ts';
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

test('a reason that accounts share is shown once, and each account is named', () => {
  const accounts = Array.from({ length: 2000 }, (_, index) => {
    const id = String(300_000_000_000 + index);
    const { role } = hopTo(`arn:aws:iam::${id}:role/${index === 4 ? 'other' : 'deploy'}`);
    const words = `AccessDenied: no ${role.text} (request id r-${String(index)})`;
    return { name: `a${String(index)}`, role, reason: index === 4 ? 'C: B' : `C: A of ${id}. ${words}` };
  });
  const groups = [{ report: report('Throttled', 'A'), accounts }];
  failStep({ ...report('Throttled', 'M', { groups }), title: '2000 of 2000 accounts failed' });
  const lines = runner.printed.slice(2, -2);
  const [first = '', second = ''] = lines;
  expect(first).toBe(
    'a0: arn:aws:iam::300000000000:role/deploy: C: A of 300000000000. AccessDenied: no arn:aws:iam::300000000000:role/deploy (request id r-0)',
  );
  expect(second).toMatch(
    /^Same reason: a1 \(300000000001\), a2 \(300000000002\), a3 \(300000000003\), a5 \(/,
  );
  expect(lines.at(-1)).toBe('a4: arn:aws:iam::300000000004:role/other: C: B');
  const all = lines.join('\n');
  for (const { name } of accounts) expect(all).toMatch(new RegExp(`(^|[ ,:])${name}[ :]`, 'm'));
  expect(all.length).toBeLessThan(60_000);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(180);
});

test('of other roles the ARNs are shown, and ten accounts have a line each', () => {
  const linesFor = (count: number): string[] => {
    const accounts = Array.from({ length: count }, (_, index) => {
      const { role } = hopTo(`arn:aws:iam::30000000000${String(index % 10)}:role/r${String(index)}`);
      return { name: `a${String(index)}`, role, reason: 'C: A' };
    });
    const groups = [{ report: report('Throttled', 'A'), accounts }];
    return accountLines({ ...report('Throttled', 'M'), groups }).flatMap(({ lines }) => lines);
  };
  expect(linesFor(10)).toHaveLength(10);
  const [first, second] = linesFor(11);
  expect([first, second]).toEqual([
    'a0: arn:aws:iam::300000000000:role/r0: C: A',
    expect.stringMatching(/^Same reason: a1 \(arn:aws:iam::300000000001:role\/r1\), a2 \(arn:/),
  ]);
});
