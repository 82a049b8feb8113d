import { expect, test } from '@jest/globals';
import { annotationOf, reportMarkdown } from '../../../src/failures/render.ts';
import { report, type FailureGroup } from '../../../src/failures/explanation.ts';
import { hopTo } from '../sts/plans.ts';

const whole = {
  ...report('Throttled', 'Cause: fix.', {
    steps: ['one', undefined, 'two'],
    paste: [
      { kind: 'text', text: 'Add *this*:' },
      { kind: 'code', language: 'json', code: '{\n  "a": 1\n}' },
    ],
    facts: [
      ['iss', 'https://x'],
      ['audience', 'a|b'],
    ],
    words: 'AccessDenied: No. (request id r)',
  }),
  title: 'Title <here>',
};

test('an annotation has everything in its order, and what is to be pasted alone on its lines', () => {
  expect(annotationOf(whole)).toEqual({
    message: [
      'Cause: fix.',
      '  1. one',
      '  2. two',
      'Add *this*:',
      '{',
      '  "a": 1',
      '}',
      '  iss       https://x',
      '  audience  a|b',
      'Answer: AccessDenied: No. (request id r)',
    ].join('\n'),
    rest: [],
  });
});

test('a summary has the same, and nothing from outside is markup', () => {
  expect(reportMarkdown(whole)).toBe(
    [
      '### Title &#60;here&#62;',
      '',
      'Cause: fix.',
      '',
      '1. one',
      '2. two',
      '',
      'Add &#42;this&#42;:',
      '',
      '```json',
      '{',
      '  "a": 1',
      '}',
      '```',
      '',
      '| fact | value |',
      '| --- | --- |',
      '| iss | <code>https://x</code> |',
      '| audience | <code>a&#124;b</code> |',
      '',
      'Answer: AccessDenied: No. (request id r)',
    ].join('\n'),
  );
});

test('a table of accounts has as many as fit, and counts the others', () => {
  const accounts = Array.from({ length: 2200 }, (_, index) => ({
    name: `customer-${String(index)}`,
    role: hopTo(`arn:aws:iam::${String(100_000_000_000 + index)}:role/deploy/customer-deployment`).role,
    reason: 'x',
  }));
  const groups: FailureGroup[] = [{ report: report('Token not trusted by role', 'A'), accounts }];
  const markdown = reportMarkdown({
    ...report('Throttled', 'A', { groups }),
    title: '2200 of 2200 accounts failed',
  });
  expect(markdown.length).toBeLessThan(200_000);
  expect(markdown).toContain('| <code>customer-0</code> | <code>100000000000</code> |');
  expect(markdown).toMatch(/The log of the step lists \d+ more\.$/);
});
