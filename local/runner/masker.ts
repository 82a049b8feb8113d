/** Masks secrets as the runner does (actions/runner, SecretMasker and ValueEncoders): exact texts, and their encodings. */
export class Masker {
  readonly #values = new Set<string>();
  /** What was registered, as it was. */
  readonly masks: string[] = [];

  /** Registers a secret, each of its lines, and the forms in which it might be printed. */
  add(secret: string): void {
    if (secret.trim() === '') return;
    this.masks.push(secret);
    for (const value of [secret, ...secret.split(/\r?\n/).map((line) => line.trim())]) {
      if (value === '') continue;
      for (const form of [value, ...encodings(value)]) if (form !== '') this.#values.add(form);
    }
  }

  /** A text with `***` for each stretch that secrets cover, overlapping and adjacent ones merged. */
  mask(text: string): string {
    const covered: [number, number][] = [];
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
        covered.push([at, at + value.length]);
    }
    covered.sort(([a], [b]) => a - b);
    let masked = '';
    let end = 0;
    let last = -1;
    for (const [from, to] of covered) {
      if (from > last) masked += `${text.slice(end, from)}***`;
      last = Math.max(last, to);
      end = last;
    }
    return masked + text.slice(end);
  }

  /** Whether anything in a text would be masked. */
  hides(text: string): boolean {
    return [...this.#values].some((value) => text.includes(value));
  }
}

/** Base64 at each of three offsets, JSON, URI, XML and expression escapes, and without surrounding quotes. */
export function encodings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const shifted = [0, 1, 2].map((skip) => bytes.subarray(skip).toString('base64'));
  const json = JSON.stringify(value).slice(1, -1);
  const xml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const unquoted = value.length > 8 && /^".*"$/.test(value) ? [value.slice(1, -1)] : [];
  return [
    ...shifted,
    json,
    value.replaceAll("'", "''"),
    value.replaceAll('"', '\\"'),
    encodeURIComponent(value),
    xml,
    ...unquoted,
  ];
}
