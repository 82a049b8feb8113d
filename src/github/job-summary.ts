import { summary } from '@actions/core';
import { redact } from '../text/redact.ts';

/** The summary on a job's page. Loaded only when one is written. */

/**
 * Adds Markdown to the step's summary. A summary is no promise: where there is no GITHUB_STEP_SUMMARY, or one that cannot
 * be written, the step goes on.
 */
export async function appendSummary(markdown: string): Promise<void> {
  try {
    await summary.addRaw(redact(markdown), true).write();
  } catch {
    // See above.
  }
}
