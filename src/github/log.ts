import { endGroup, error, info, isDebug, startGroup, warning } from '@actions/core';
import { logLine, logLines } from '../text/log-line.ts';

/** The step's log and its annotations. Everything this action writes passes here, and so through `text/log-line.ts`. */

export { isDebug };

/** Writes lines to the log. */
export function say(text: string): void {
  for (const line of logLines(text)) info(line);
}

/** Writes lines to the log that are folded under a title. */
export function sayGroup(title: string, lines: readonly string[]): void {
  startGroup(logLine(title));
  for (const line of lines) say(line);
  endGroup();
}

/** A yellow annotation. */
export function warn(text: string, title?: string): void {
  warning(logLines(text).join('\n'), title === undefined ? {} : { title: logLine(title) });
}

/** A red annotation; the step fails. */
export function annotateError(title: string, text: string): void {
  process.exitCode = 1;
  error(logLines(text).join('\n'), { title: logLine(title) });
}
