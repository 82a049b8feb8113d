/** Runs scenarios in turn, round after round, so that other work on the machine affects all of them alike. */

/** What one round gives: milliseconds by name. */
export type Round = () => Readonly<Record<string, number>>;

/** Milliseconds by name, one for each round. */
export type Series = Readonly<Record<string, readonly number[]>>;

/** @param rounds that count; one more runs first, to fill caches, and does not count */
export function inTurn(rounds: number, round: Round): Series {
  const series: Record<string, number[]> = {};
  for (let count = 0; count <= rounds; count++) {
    const figures = Object.entries(round());
    if (count > 0) for (const [name, figure] of figures) (series[name] ??= []).push(figure);
  }
  return series;
}

/** @throws RangeError for none */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (below === undefined || above === undefined) throw new RangeError('there is no median of nothing');
  return (below + above) / 2;
}

/** A table in Markdown; the first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}
