import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unifiedDiff } from '../../../scripts/migrate/diff.ts';
import { migrate } from '../../../scripts/migrate/workflow.ts';
import { usual } from './kinds.ts';

/** What `git apply` makes of a diff of one file. */
function applied(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  for (const [, first = '', count = '', body = ''] of diff.matchAll(
    /^@@ -(\d+),(\d+) \+\d+,\d+ @@\n((?:[ +\-\\].*\n)*)/gm,
  )) {
    const start = Number(first) - (Number(count) === 0 ? 0 : 1);
    result.push(...lines.slice(at, start));
    at = start;
    for (const [, mark, text = '', open = ''] of body.matchAll(/^([ +-])(.*\n)(\\ .*\n)?/gm)) {
      const line = open === '' ? text : text.slice(0, -1);
      if (mark !== '+') {
        expect(lines[at]).toBe(line);
        at += 1;
      }
      if (mark !== '-') result.push(line);
    }
  }
  return [...result, ...lines.slice(at)].join('');
}

describe('a diff', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '- x', '+ y', '@@', 'jobs:');
  const text = fc
    .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + (lines.length === 0 ? '' : end));

  test('makes one text of the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, unifiedDiff('x', before, after))).toBe(after);
      }),
    );
  });

  test('shows no line that is the same in both as changed, where one line differs', () => {
    const before = Array.from({ length: 100 }, (_, index) => `line ${index % 7}\n`);
    const after = before.with(50, 'other\n');
    const diff = unifiedDiff('x', before.join(''), after.join(''));
    expect(diff.match(/^[-+](?![-+])/gm)).toEqual(['-', '+']);
  });

  test('of texts that have nothing in common is all of both', () => {
    const lines = (word: string): string =>
      Array.from({ length: 3000 }, (_, index) => `${word} ${index}\n`).join('');
    const diff = unifiedDiff('x', lines('old'), lines('new'));
    expect(applied(lines('old'), diff)).toBe(lines('new'));
  });
});

test('a file of 300 steps takes no time that grows with its square', () => {
  const job = (index: number): string => `  job-${index}:
    runs-on: ubuntu-latest
    steps:
      - id: aws
        uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111111111111:role/deploy
          role-chaining: true
          aws-region: us-east-1
      - run: echo \${{ steps.aws.outputs.aws-account-id }}
`;
  const before = `on: push\njobs:\n${Array.from({ length: 300 }, (_, index) => job(index)).join('')}`;
  const { text, steps } = migrate(before, usual);
  expect(steps).toBe(300);
  expect(applied(before, unifiedDiff('x', before, text))).toBe(text);
});
