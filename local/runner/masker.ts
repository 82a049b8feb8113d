/**
 * Masks secrets as the runner does (actions/runner, SecretMasker and ValueEncoders): exact strings and their encodings.
 * There is no minimum length: a mask of one character replaces it everywhere.
 */
export class Masker {
  readonly #values = new Set<string>();
  /** The registered values, unchanged. */
  readonly masks: string[] = [];

  /** Registers a secret, each of its lines, and their encodings. */
  add(secret: string): void {
    if (secret.trim() === '') return;
    this.masks.push(secret);
    for (const value of [secret, ...secret.split(/[\r\n]+/).map((line) => line.trim())]) {
      if (value === '') continue;
      for (const form of [value, ...encodings(value)]) if (form !== '') this.#values.add(form);
    }
  }

  /** Replaces each range that secrets cover with `***`; overlapping and adjacent ranges are merged. */
  mask(text: string): string {
    const covered: [number, number][] = [];
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
        covered.push([at, at + value.length]);
    }
    covered.sort(([a], [b]) => a - b);
    let masked = '';
    let end = -1;
    for (const [from, to] of covered) {
      if (from > end) masked += `${text.slice(Math.max(end, 0), from)}***`;
      end = Math.max(end, to);
    }
    return masked + text.slice(Math.max(end, 0));
  }

  /** Whether anything in a text would be masked. */
  matches(text: string): boolean {
    return [...this.#values].some((value) => text.includes(value));
  }
}

/** The encodings that the runner masks too. Hexadecimal, base64url and changed case are not among them. */
export function encodings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const shifted = [0, 1, 2].map((skip) => bytes.subarray(bytes.length > skip ? skip : 0).toString('base64'));
  const unquoted = value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '';
  return [
    ...shifted,
    ...aroundAmpersand(value),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll("'", "''"),
    value.replaceAll('"', '\\"'),
    encodeURIComponent(value).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
    value.replace(/[&<>"']/g, (sign) => xmlEntities[sign] ?? sign),
    unquoted,
  ];
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/**
 * PowerShell colours output at the last `&` of a secret (or around its first `&+`), which splits it. Parts below 6
 * characters are not masked.
 */
function aroundAmpersand(value: string): string[] {
  const plus = value.indexOf('&+');
  const at = plus >= 0 ? plus + 2 : value.lastIndexOf('&') + 1;
  if (at === 0) return [];
  const parts = [value.slice(0, at), value.slice(plus >= 0 ? at + 1 : at)];
  return parts.filter((part) => part.length >= 6);
}
