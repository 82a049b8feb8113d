/** The secrets that this process has seen, so that no text it writes contains one, or part of one. */

/**
 * Characters. A shorter value is neither redacted nor masked: it appears in ordinary words, so that hiding it would
 * tear holes into every line, longer secrets included, which the runner's own mask then no longer finds.
 */
export const shortestSecret = 4;

/** By their first characters, longest first. */
const secrets = new Map<string, string[]>();

const beginningOf = (text: string, index: number): string => text.slice(index, index + shortestSecret);

/** Remembers a secret, unless it is blank or too short to be hidden. @returns whether it is new */
export function addSecret(value: string): boolean {
  if (value.trim() === '' || value.length < shortestSecret) return false;
  const alike = secrets.get(beginningOf(value, 0)) ?? [];
  if (alike.includes(value)) return false;
  secrets.set(
    beginningOf(value, 0),
    [...alike, value].sort((a, b) => b.length - a.length),
  );
  return true;
}

/**
 * Redacts known secrets: marks the ranges of all of them first, then replaces each range once, so that a short secret
 * inside a longer one does not break it up. Call before truncating: part of a secret no longer matches.
 */
export function redact(text: string): string {
  const clean: string[] = [];
  // Everything before `end` is copied or hidden.
  let end = 0;
  for (let index = 0; index <= text.length - shortestSecret; index++) {
    const found = secrets.get(beginningOf(text, index))?.find((value) => text.startsWith(value, index));
    if (found === undefined) continue;
    if (index > end || clean.length === 0) clean.push(text.slice(end, index), '***');
    end = Math.max(end, index + found.length);
  }
  return clean.join('') + text.slice(end);
}
