import { expect, test } from '@jest/globals';
import { failureGroups, renewedLines, type ProfileRenewals } from '../../../src/delivery/report-renewals.ts';

const at = Date.UTC(2026, 10, 25, 13, 4, 30);
const renewals = (name: string, more: Partial<ProfileRenewals> = {}): ProfileRenewals => ({
  name,
  count: 0,
  last: undefined,
  lastFailure: undefined,
  failing: false,
  withoutIdToken: undefined,
  ...more,
});
const failed = (name: string, title: string, failing = true): ProfileRenewals =>
  renewals(name, {
    failing,
    lastFailure: {
      event: 'failed',
      at,
      code: 'request-failed',
      why: 'w',
      served: false,
      title,
      advice: 'm',
      steps: [],
      details: [],
      words: '',
      summary: '',
    },
  });

test('a line per profile that renewed', () => {
  expect(
    renewedLines([
      renewals('customer', { count: 5, last: at }),
      renewals('idle'),
      renewals('b', { count: 1, last: at }),
    ]),
  ).toEqual(['customer: renewed 5 times, last at 13:04 UTC.', 'b: renewed once, last at 13:04 UTC.']);
});

test('one line for more than ten', () => {
  const many = Array.from({ length: 11 }, (_, index) =>
    renewals(`p${index}`, { count: 2, last: at - index * 3_600_000 }),
  );
  expect(renewedLines(many)).toEqual(['11 profiles renewed 22 times in total, last at 13:04 UTC.']);
});

test('failures are grouped by cause, those that go on first', () => {
  const groups = failureGroups([
    renewals('fine'),
    failed('over', 'Throttled', false),
    failed('a', 'Refused'),
    failed('b', 'Refused'),
  ]);
  expect(groups.map(({ names, failing }) => ({ names, failing }))).toEqual([
    { names: ['a', 'b'], failing: true },
    { names: ['over'], failing: false },
  ]);
});
