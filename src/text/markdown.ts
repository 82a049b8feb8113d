/** GitHub's Markdown, as the summary of a job shows it. */

/** A text in which no character has a meaning in Markdown or HTML. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value in the cell of a table. */
export function cell(value: string): string {
  return `<code>${plain(value)}</code>`;
}

/** Words with commands between backticks, which become code. No other character has a meaning. */
export function prose(words: string): string {
  const parts = words.split('`');
  // A backtick without a partner is a character like any other.
  if (parts.length % 2 === 0) return plain(words);
  return parts.map((part, index) => (index % 2 === 0 ? plain(part) : cell(part))).join('');
}

/** Bytes of a long table. GitHub refuses a summary of more than 1 MiB, and shows a long one slowly. */
const tableLimit = 120_000;

/** A table of accounts: as many rows as fit, and how many do not. */
export function tableThatFits(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  let size = 0;
  const shown = rows.filter((row) => (size += Buffer.byteLength(row.join(' | ')) + 5) <= tableLimit);
  const more = rows.length - shown.length;
  return table(columns, shown) + (more > 0 ? `\n\nThe log of the step lists ${more} more.` : '');
}

/** For a summary, which does not say which of the job's steps wrote it. @param step `''` where that is unknown */
export const stepLine = (step: string): string => (step === '' ? '' : `Step: ${cell(step)}.`);

/** A table. @param rows their cells are Markdown already: see {@link cell} */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
