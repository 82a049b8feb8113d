/** Shows groups and annotations in a terminal as GitHub's page does. */
export function shownAs(line: string): string {
  if (line.startsWith('##[group]')) return `▼ ${line.slice('##[group]'.length)}`;
  if (line === '##[endgroup]') return '';
  return line.replace(
    /^##\[(error|warning|notice)\]/,
    (_, level: string) => `${level.charAt(0).toUpperCase()}${level.slice(1)}: `,
  );
}
