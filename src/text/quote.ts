/** Characters. Nothing that belongs in an input's message is longer, but secrets in the wrong input are. */
const shown = { most: 200, ofLonger: 20 } as const;

/**
 * A value in quotes on one line, with what cannot be seen written out (control and format characters, unusual spaces).
 * Only the beginning of a long value is shown: it may be a secret in the wrong input, which the runner masks only
 * where it appears whole.
 */
export function quoted(value: string): string {
  if (value.length > shown.most)
    return `${quoted(`${value.slice(0, shown.ofLonger)}…`)} (${value.length} characters)`;
  return JSON.stringify(value).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u00a0\u2000-\u200a\u3000]/gu, escaped);
}

/** A character written out as in JSON: `\u202e`; one outside the basic plane as two of these. */
export function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}
