import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { noteFailure } from '../../../src/delivery/note-failure.ts';
import { readJournal } from '../../../src/profiles/journal.ts';
import { planText } from '../../../src/profiles/plan-file.ts';
import type { JobSummary } from '../../../src/request/step-settings.ts';
import { ActionError } from '../../../src/text/action-error.ts';
import { planOf } from '../sts/plans.ts';

let folder: string;
// The package of GitHub's toolkit looks for the file once in the life of a process.
const home = mkdtempSync(join(tmpdir(), 'summary-'));
const summary = join(home, 'summary.md');
process.env['GITHUB_STEP_SUMMARY'] = summary;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'note-'));
  writeFileSync(summary, '');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

const cache = (): string => join(folder, 'plan-0.cache.json');
const summaryText = (): string => readFileSync(summary, 'utf8');

async function fail(jobSummary: JobSummary, { served = false, step = summary } = {}): Promise<void> {
  const message = 'not now';
  const planPath = join(folder, 'plan-0.json');
  const limits = { timeoutSeconds: 5, maxAttempts: 1, propagationWaitSeconds: 0 };
  writeFileSync(
    planPath,
    planText({
      plan: planOf({ kind: 'oidc', audience: 'sts.amazonaws.com' }),
      limits,
      jobSummary,
      sharedHops: 0,
    }),
  );
  const failure = { planPath, cachePath: cache(), at: Date.now(), why: message, served };
  await noteFailure(new ActionError('renewal-failed', message), failure, {
    GITHUB_STEP_SUMMARY: step,
  });
}

test('the summary of one step has one explanation, and the journal each failure', async () => {
  await fail('on-failure');
  await fail('on-failure', { served: true });
  expect(summaryText().match(/Renewal failed/g)).toHaveLength(1);
  expect(summaryText()).toContain('Renewing profile plan-0.json failed. not now');
  expect(readJournal(cache())).toMatchObject({
    failing: true,
    lastFailure: { served: true, advice: 'not now.' },
  });
});

test('the summary of the next step has it again', async () => {
  await fail('always', { step: 'the step before' });
  await fail('always', { served: true });
  expect(summaryText().match(/Renewal failed/g)).toHaveLength(2);
  expect(summaryText()).toContain(
    'The AWS client got the current credentials, which are still valid. not now',
  );
});

test.each([
  ['job-summary is never', 'never', summary],
  ['the step has no summary', 'on-failure', ''],
] as const)('only the journal has it where %s', async (_, jobSummary, step) => {
  await fail(jobSummary, { step });
  expect(summaryText()).toBe('');
  expect(readJournal(cache()).failing).toBe(true);
});

test('a plan that is gone is reported all the same', async () => {
  const failure = {
    planPath: join(folder, 'plan-9.json'),
    cachePath: cache(),
    at: 1,
    why: 'gone',
    served: false,
  };
  await noteFailure(new ActionError('plan-missing', 'gone'), failure, { GITHUB_STEP_SUMMARY: summary });
  expect(summaryText()).toContain('Profile not renewable');
});
