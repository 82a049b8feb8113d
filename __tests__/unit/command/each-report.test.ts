import { expect, test } from '@jest/globals';
import {
  annotation,
  duration,
  failed,
  outcome,
  progressLine,
  succeeded,
  summaryTable,
  tally,
  type Result,
} from '../../../src/command/each-report.ts';

const result = (name: string, end: Result['end'], milliseconds = 1200): Result => ({
  ...{ name, end, milliseconds },
  accountId: '222222222222',
});
const good = result('good', { kind: 'exit', code: 0 });
const bad = result('bad', { kind: 'exit', code: 3 });
const killed = result('killed', { kind: 'signal', signal: 'SIGTERM' });
const missing = result('missing', { kind: 'not started', code: 127, reason: '"x": command not found.' });
const refused = result('refused', { kind: 'no credentials', reason: 'AccessDenied' });
const rest = result('rest', { kind: 'not run' }, 0);
const all = [good, bad, killed, missing, refused, rest];

test('how an account ended, in words', () => {
  expect(all.map(outcome)).toEqual([
    'succeeded',
    'failed with exit code 3',
    'ended by SIGTERM (exit code 143)',
    'not started: "x": command not found.',
    'no credentials: AccessDenied',
    'not run',
  ]);
  expect(all.map(succeeded)).toEqual([true, false, false, false, false, false]);
  expect(all.map(failed)).toEqual([false, true, true, true, true, false]);
});

test.each([
  [0, '0.0 s'],
  [59_940, '59.9 s'],
  [59_990, '60.0 s'],
  [60_000, '1 min 0 s'],
  [3_725_000, '62 min 5 s'],
])('%d ms is %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test('progress', () => {
  expect(progressLine(good, { of: 9, running: 0, results: [good] })).toBe(
    'good: succeeded after 1.2 s (1 of 9 done)',
  );
  expect(progressLine(bad, { of: 9, running: 4, results: [good, bad] })).toBe(
    'bad: failed with exit code 3 after 1.2 s (2 of 9 done, 1 failed, 4 running)',
  );
});

test('the tally', () => {
  expect(tally([good], 1000)).toBe('1 account: 1 succeeded, 0 failed, in 1.0 s.');
  expect(tally(all, 61_000)).toBe('6 accounts: 1 succeeded, 4 failed, 1 not run, in 1 min 1 s.');
});

test('one annotation names those that failed', () => {
  expect(annotation([good, rest])).toBeUndefined();
  expect(annotation([good, bad, refused])).toEqual({
    title: 'The command failed in 2 of 3 accounts',
    text: 'bad: failed with exit code 3\nrefused: no credentials: AccessDenied',
  });
  const many = annotation(
    Array.from({ length: 30 }, (_, index) => result(`a${index}`, { kind: 'exit', code: 1 })),
  );
  expect(many?.text.split('\n')).toHaveLength(21);
  expect(many?.text).toMatch(/and 10 more$/);
});

test('the table has those that failed first, and no text that Markdown or HTML would interpret', () => {
  const hostile = result('a', { kind: 'no credentials', reason: `<b>|\n${'x'.repeat(5000)}` });
  const table = summaryTable([good, rest, bad, hostile], 1000);
  expect(table.split('\n')[0]).toBe(
    '### assume-role-chain each: 4 accounts: 1 succeeded, 2 failed, 1 not run, in 1.0 s.',
  );
  const rows = table.split('\n').slice(4);
  expect(rows.map((row) => row.split(' | ')[0])).toEqual(['| bad', '| a', '| rest', '| good', '']);
  expect(rows[1]).toContain('no credentials: &#60;b&#62;&#124; xxx');
  expect(rows[1]?.length).toBeLessThan(500);
  expect(rows[2]).toBe('| rest | 222222222222 | not run |  |');
});
