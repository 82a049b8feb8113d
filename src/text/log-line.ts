import { escaped } from './quote.ts';
import { redact, redactForeign } from './redact.ts';

/** What a line of the log may contain. Everything this action writes passes through here. */

/** Characters. About a paragraph: longer texts from outside are cut. */
const longest = 1000;

/** Control and format characters, such as U+202E, which reverses the text that follows. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * One line for the log: without secrets, with invisible characters written out (`\u202e`), and nothing that the runner
 * executes. It takes `::` at the beginning of a line and `##[` anywhere for a command (actions/runner, ActionCommand).
 */
export function logLine(line: string): string {
  return redact(line)
    .replaceAll('\t', ' ')
    .replace(invisible, escaped)
    .replace(/^(\s*)::/, '$1: :')
    .replaceAll('##[', '## [');
}

/** A text as lines for the log. */
export function logLines(text: string): string[] {
  // Secrets first: one with a line end in it is not found in a single line.
  return redact(text)
    .split(/\r\n|\r|\n/)
    .map(logLine);
}

/** A text from outside as part of a line: no line ends, at most a paragraph, otherwise as {@link logLine}. */
export function oneLine(text: string): string {
  // Secrets first: once the text is cut, part of a secret no longer matches.
  const flat = redactForeign(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(invisible, escaped)
    .replaceAll('##[', '## [');
  return flat.length > longest ? `${flat.slice(0, longest)}…` : flat;
}
