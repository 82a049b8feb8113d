/** What nobody sees in an editor, but the selectors and joiners in an emoji (Unicode, "Default_Ignorable_Code_Point"). */
const invisible = /(?<!\p{ExtPict}\ufe0f?)(?![\t\n\r])[\p{DI}\p{Cf}\p{Cc}\p{Zl}\p{Zp}]/u;

/** The first invisible character of a text: `the invisible character U+200B`, with its line where there are several. */
export function invisibleIn(text: string): string | undefined {
  const index = text.search(invisible);
  const code = text.codePointAt(index)?.toString(16).toUpperCase().padStart(4, '0');
  const line = text.includes('\n') ? ` on line ${text.slice(0, index).split('\n').length}` : '';
  return code && `the invisible character U+${code}${line}`;
}
