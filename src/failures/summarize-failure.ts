import { appendSummary } from '../github/job-summary.ts';
import { stepName } from '../github/workflow.ts';
import type { Report } from './explanation.ts';
import { reportMarkdown } from './render.ts';
import { pageOf } from './troubleshooting-link.ts';

/** Adds a failure to the summary of the job: the same as in the annotation and the log. */
export async function summarizeFailure(report: Report): Promise<void> {
  await appendSummary(
    `${reportMarkdown(report, stepName(process.env))}\n\n[More about this failure](${pageOf(report.title, process.env)})`,
  );
}
