import { setSecret } from '@actions/core';

/** The one place where a secret becomes known to the runner, which from then on shows `***` in its stead. */

const known = new Set<string>();

/** Registers a secret; called on every value the moment it comes to be. Blank ones the runner refuses. */
export function secret(value: string): void {
  if (value.trim() === '' || known.has(value)) return;
  known.add(value);
  setSecret(value);
}

/** A text in which no registered secret stands, for what this process prints itself: the runner masks only its log. */
export function redacted(text: string): string {
  let clean = text;
  for (const value of known) clean = clean.replaceAll(value, '***');
  return clean;
}
