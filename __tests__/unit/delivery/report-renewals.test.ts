import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  failureGroups,
  renewedLines,
  reportRenewals,
  type ProfileRenewals,
} from '../../../src/delivery/report-renewals.ts';
import { Findings } from '../../../src/delivery/findings.ts';
import { appendJournal, type FailedRenewal } from '../../../src/profiles/journal.ts';

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

describe('the report of the post step', () => {
  let folder: string;
  const profiles = Array.from({ length: 12 }, (_, index) => ({
    ...{ name: `p${index}`, assumedRoleArn: 'a', accountId: '1', region: 'r', plan: `plan-${index}.json` },
    ...{ sts: { region: 'r', useFips: false, useDualstack: false }, fromList: true },
  }));
  const entry: FailedRenewal = {
    ...{ event: 'failed', at, code: 'request-failed', why: 'w', served: false, title: 'Throttled' },
    ...{ advice: 'Wait.', steps: ['wait'], details: ['{}'], words: 'Rate exceeded', summary: '' },
  };
  const written: string[] = [];
  const fail = (count: number, more: Partial<FailedRenewal> = {}): void => {
    for (const { plan } of profiles.slice(0, count))
      appendJournal(join(folder, plan.replace('.json', '.cache.json')), { ...entry, ...more });
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
    written.length = 0;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
    rmSync(folder, { recursive: true });
  });

  test('fails the job for clients that got nothing, and names ten of many', async () => {
    fail(12);
    await reportRenewals(folder, profiles, false, new Findings());
    expect(written.join('')).toMatch(
      /::error title=Throttled::Renewing profiles p0, .* p9 and 2 more failed at 13:04 UTC: AWS clients got no credentials\. Wait\./,
    );
    expect(process.exitCode).toBe(1);
  });

  test.each<[string, Partial<FailedRenewal>, string]>([
    ['the clients got credentials', { served: true, details: [], words: '' }, 'still valid. Wait.'],
    ['a later renewal succeeded', {}, 'A later renewal succeeded. Wait.'],
  ])('warns where %s', async (_, more, sentence) => {
    fail(1, more);
    if (!more.served) appendJournal(join(folder, 'plan-0.cache.json'), { event: 'renewed', at });
    await reportRenewals(folder, profiles, true, new Findings());
    expect(written.join('')).toContain('::warning title=Throttled::Renewing profile p0 failed');
    expect(written.join('')).toContain(sentence);
    expect(process.exitCode).not.toBe(1);
  });

  test.each([
    [1, 'the credentials of profile p0.'],
    [2, 'the credentials of 2 profiles, p0 first.'],
  ])('warns of %d profiles that a process could not renew', async (count, which) => {
    for (const { plan } of profiles.slice(0, count))
      writeFileSync(join(folder, plan.replace('.json', '.cache.no-id-token')), String(at));
    await reportRenewals(folder, profiles, true, new Findings());
    expect(written.join('')).toContain(which);
  });
});
