/** GitHub's Markdown, as the summary of a job shows it. */

/** A text in which no character has a meaning in Markdown or HTML. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value in the cell of a table. */
export function cell(value: string): string {
  return `<code>${plain(value)}</code>`;
}

/** A table. @param rows their cells are Markdown already: see {@link cell} */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
