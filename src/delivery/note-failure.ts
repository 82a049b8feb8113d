import { basename, dirname } from 'node:path';
import { appendJournal, readJournal } from '../profiles/journal.ts';
import { readPlan, type StoredPlan } from '../profiles/plan-file.ts';
import { readStoredProfiles } from '../profiles/stored-profiles.ts';
import { errorCodeOf } from '../text/action-error.ts';
import { logLines } from '../text/log-line.ts';
import { redact } from '../text/redact.ts';

/** A renewal that failed, and whether the client got the current credentials all the same. */
interface Failure {
  readonly planPath: string;
  readonly cachePath: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** One line, redacted. */
  readonly why: string;
  readonly served: boolean;
}

/**
 * Explains a failed renewal where people look, because most AWS clients do not show why: in the summary of the step that
 * is running, once per step and cause, and in the journal, for the post step. Prints nothing.
 */
export async function noteFailure(
  error: unknown,
  { planPath, cachePath, at, why, served }: Failure,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  // In the chunk of a step that fails, so that dist/ has its code once.
  const { detailLines, reportOf, summarizeFailure, surroundingsOf } = await import(
    /* webpackChunkName: 'failures' */ '../failures/failures.ts'
  );
  const stored = storedPlan(planPath, environment);
  const report = reportOf(error, stored?.plan, surroundingsOf(undefined, environment));
  const { words = '' } = report;
  const summary = environment['GITHUB_STEP_SUMMARY'] ?? '';
  const { lastFailure: before, failing } = readJournal(cachePath);
  const same = failing && before?.title === report.title;
  appendJournal(cachePath, {
    event: 'failed',
    at,
    code: errorCodeOf(error) ?? 'unknown',
    why,
    served,
    title: report.title,
    advice: redact(report.advice),
    steps: same ? [] : report.steps.map(redact),
    details: same ? [] : detailLines(report).flatMap(logLines),
    words: redact(words),
    summary,
  });
  if (summary === '' || (same && before.summary === summary) || stored?.jobSummary === 'never') return;
  const name = profileOf(planPath);
  const advice = `Renewing profile ${name} failed.${result(served)} ${report.advice}`;
  await summarizeFailure({ ...report, advice });
}

const result = (served: boolean): string =>
  served ? ' The AWS client got the current credentials, which are still valid.' : '';

/** The profile's name, or its plan's where the record of the profiles is gone. */
function profileOf(planPath: string): string {
  const plan = basename(planPath);
  return readStoredProfiles(dirname(planPath))?.find((profile) => profile.plan === plan)?.name ?? plan;
}

/** Undefined where the plan is what failed. */
function storedPlan(path: string, environment: NodeJS.ProcessEnv): StoredPlan | undefined {
  try {
    return readPlan(path, environment);
  } catch {
    return undefined;
  }
}
