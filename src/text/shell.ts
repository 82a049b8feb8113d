import { oneLine } from './log-line.ts';

/** A word for a POSIX shell, in single quotes where it needs them. */
export function shellWord(word: string): string {
  const clean = oneLine(word);
  return /^[\w./:@=+,-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", "'\\''")}'`;
}
