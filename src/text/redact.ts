/** The secrets that this process has seen, so that no text it writes contains one, or part of one. */

/**
 * Characters. A shorter value is neither redacted nor masked: it appears in ordinary words, so that hiding it would
 * tear holes into every line, longer secrets included, which the runner's own mask then no longer finds.
 */
export const shortestSecret = 4;

/** Secrets that begin alike, as keys and tokens do: thousands of accounts have thousands of them. */
interface Alike {
  /** Characters, the longest first. */
  lengths: number[];
  readonly values: Set<string>;
}

/** By their first characters. */
const secrets = new Map<string, Alike>();

/** Whose encoded forms are not among {@link secrets} yet. */
const notEncoded: string[] = [];

const beginningOf = (text: string, index: number): string => text.slice(index, index + shortestSecret);

/** Remembers a secret, unless it is blank or too short to be hidden. @returns whether it is new */
export function addSecret(value: string): boolean {
  if (value.trim() === '' || !remember(value)) return false;
  notEncoded.push(value);
  return true;
}

function remember(value: string): boolean {
  if (value.length < shortestSecret) return false;
  const alike = secrets.get(beginningOf(value, 0)) ?? { lengths: [], values: new Set() };
  if (alike.values.has(value)) return false;
  alike.values.add(value);
  if (!alike.lengths.includes(value.length))
    alike.lengths = [...alike.lengths, value.length].sort((a, b) => b - a);
  secrets.set(beginningOf(value, 0), alike);
  return true;
}

/**
 * Hides secrets in a text from outside, where they may be encoded, and from then on their encoded forms everywhere: finding them
 * costs time.
 */
export function redactForeign(text: string): string {
  notEncoded.splice(0).flatMap(encodedForms).forEach(remember);
  return redact(text);
}

/** Characters. Less than this of a base64 form appears by chance in a request id or a token. */
const shortestBase64 = 8;

/** As URLs, JSON and base64 write it: a proxy or a server that quotes a request encodes what it quotes. */
function encodedForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value.toWellFormed());
  // Within a longer text it may begin at any of three places. Its edges share characters with what is around it.
  const base64 = ['', ' ', '  ']
    .map((before) =>
      Buffer.from(before + value)
        .toString('base64')
        .slice(4, -4),
    )
    .filter((form) => form.length >= shortestBase64);
  return [
    ...[json, json.replaceAll('/', '\\/')],
    ...[url, url.replaceAll(/%../g, (code) => code.toLowerCase())],
    ...base64.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** @returns the length of the longest secret that begins there; undefined where none does */
function secretAt(text: string, index: number): number | undefined {
  const alike = secrets.get(beginningOf(text, index));
  return alike?.lengths.find((length) => alike.values.has(text.slice(index, index + length)));
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
    const found = secretAt(text, index);
    if (found === undefined) continue;
    if (index > end || clean.length === 0) clean.push(text.slice(end, index), '***');
    end = Math.max(end, index + found);
  }
  return clean.join('') + text.slice(end);
}
