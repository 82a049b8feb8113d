import { redact } from '../text/redact.ts';

/** The summary on a job's page. What writes it is loaded only when there is one. */

/**
 * Adds Markdown to the step's summary. A summary is no promise: where there is no GITHUB_STEP_SUMMARY, or one that cannot
 * be written, the step goes on.
 */
export async function appendSummary(markdown: string): Promise<void> {
  try {
    const { writeSummary } = await import(/* webpackChunkName: 'summary' */ './summary-file.ts');
    await writeSummary(redact(markdown));
  } catch {
    // See above.
  }
}
