import { summary } from '@actions/core';

/**
 * Appends Markdown to GITHUB_STEP_SUMMARY.
 * @throws the error of `@actions/core` where there is no such file, or it cannot be written
 */
export async function writeSummary(markdown: string): Promise<void> {
  await summary.addRaw(markdown, true).write();
}
