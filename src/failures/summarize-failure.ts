import { appendSummary } from '../github/summary.ts';
import { plain } from '../text/markdown.ts';
import type { Report } from './explanation.ts';
import { partsAsMarkdown } from './render.ts';
import { pageOf } from './troubleshooting-link.ts';

/** Adds a failure to the summary of the job: the same as in the log. */
export async function summarizeFailure({ title, message, parts }: Report): Promise<void> {
  await appendSummary(
    `### ${plain(title)}\n\n${plain(message)}\n\n${partsAsMarkdown(parts)}\n\n[More about this failure](${pageOf(title)})`,
  );
}
