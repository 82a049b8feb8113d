/** The secrets that this process has seen, so that no text of its own shows one, or a part of one. */

const known = new Set<string>();

/** Remembers a secret. Blank ones are none. @returns whether it is new */
export function know(value: string): boolean {
  if (value.trim() === '' || known.has(value)) return false;
  known.add(value);
  return true;
}

/** A text in which no known secret stands. To be called before a text is cut, for a part is not found. */
export function redact(text: string): string {
  let clean = text;
  for (const value of known) clean = clean.replaceAll(value, '***');
  return clean;
}
