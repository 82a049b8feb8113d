/**
 * A value in quotes on one line, with what cannot be seen made visible (control and format characters, unusual spaces),
 * cut where it would fill the screen.
 */
export function quoted(value: string): string {
  const text = JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  return text.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u00a0\u2000-\u200a\u3000]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
