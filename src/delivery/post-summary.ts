import { appendSummary } from '../github/job-summary.ts';
import { plain, stepLine } from '../text/markdown.ts';

/** What a post step adds to the summary of the job (`job-summary: always`). Apart, so that it loads nothing else. */

/** What the post step found. @param sentences as in its log */
export async function summarizePost(sentences: readonly string[], step: string): Promise<void> {
  if (sentences.length === 0) return;
  await appendSummary(
    ['### After the job', stepLine(step), sentences.map((one) => `- ${plain(one)}`).join('\n')]
      .filter((part) => part !== '')
      .join('\n\n'),
  );
}
