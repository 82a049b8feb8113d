import { error, info, isDebug, warning } from '@actions/core';
import { pageOf } from '../failures/troubleshooting-link.ts';
import type { Part } from '../failures/explanation.ts';
import { logLines } from '../failures/render.ts';
import { redact } from '../text/redact.ts';

/** Everything this action says goes through here, so that no text from outside can give the runner a command. */

/** Lines for the log. */
export function say(text: string): void {
  for (const line of redact(text).split(/\r\n|\r|\n/)) info(harmless(line));
}

/** A yellow annotation. */
export function warn(text: string): void {
  warning(redact(text));
}

/** What a failure looks like: a title and a sentence for the annotation, and all that helps for the log. */
export interface Report {
  readonly title: string;
  readonly message: string;
  readonly parts: readonly Part[];
}

/** One red annotation, then the details as lines of the log, and where more is said; the step fails. */
export function fail({ title, message, parts }: Report, cause?: unknown): void {
  process.exitCode = 1;
  error(redact(message), { title: redact(title) });
  for (const line of logLines(parts)) say(line);
  say(`More on this: ${pageOf(title)}`);
  if (isDebug() && cause instanceof Error && cause.stack) say(cause.stack);
}

/** The runner takes a line that begins with `::`, or holds `##[`, for a command (actions/runner, ActionCommand). */
function harmless(line: string): string {
  return line.replace(/^(\s*)::/, '$1: :').replaceAll('##[', '## [');
}
