import { annotateError, isDebug, say } from '../github/log.ts';
import { harmlessMessage } from '../sts/classify.ts';
import type { Report } from './explanation.ts';
import { partsAsLines } from './render.ts';
import { pageOf } from './troubleshooting-link.ts';

/**
 * Fails the step: one red annotation, then the details as lines of the log, and a link to the page that says more.
 * @param error what was thrown; with debug logging its stack and its causes are shown
 */
export function failStep({ title, message, parts }: Report, error?: unknown): void {
  annotateError(title, message);
  for (const line of partsAsLines(parts)) say(line);
  say(`More about this failure: ${pageOf(title)}`);
  if (isDebug()) for (const line of causes(error)) say(line);
}

/** Links of a chain of causes. A longer one is a circle. */
const longest = 10;

/** Each error of the chain of causes, with its stack. Messages are shown without what the classifier leaves out. */
export function causes(error: unknown): string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; current instanceof Error && depth < longest; depth++, current = current.cause) {
    const { name, code, stack = '' } = current as NodeJS.ErrnoException;
    const named = code === undefined ? name : `${name} (${code})`;
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
    lines.push(`${depth === 0 ? 'Error' : 'Caused by'}: ${named}: ${harmlessMessage(current)}`, ...frames);
  }
  return lines;
}
