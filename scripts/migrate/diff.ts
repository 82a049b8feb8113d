/** A unified diff, as `git apply` reads it. */

const context = 3;

/** One line of a diff. */
interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
  /** Lines of the old and of the new text before this one. */
  readonly old: number;
  readonly new: number;
}

/** @returns `''` where both texts are the same */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(splitLines(before), splitLines(after));
  const changed = lines.flatMap(({ mark }, index) => (mark === ' ' ? [] : [index]));
  const hunks: [number, number][] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last && index - context <= last[1]) last[1] = index + context + 1;
    else hunks.push([Math.max(0, index - context), index + context + 1]);
  }
  const body = hunks.map(([from, to]) => hunk(lines.slice(from, to)));
  return `--- a/${path}\n+++ b/${path}\n${body.join('')}`;
}

/** Lines with their ends, so that a missing last one is seen. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function hunk(lines: readonly Line[]): string {
  const [first] = lines;
  const count = (mark: '-' | '+'): number =>
    lines.filter((line) => line.mark === ' ' || line.mark === mark).length;
  const range = (start: number, length: number): string => `${length === 0 ? start : start + 1},${length}`;
  const head = `@@ -${range(first?.old ?? 0, count('-'))} +${range(first?.new ?? 0, count('+'))} @@\n`;
  const written = lines.map(({ mark, text }) =>
    text.endsWith('\n') ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`,
  );
  return head + written.join('');
}

/** By the longest common subsequence of what is between the first and the last difference. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const [old, fresh] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const lengths = commonLengths(old, fresh);
  const lines: Line[] = before
    .slice(0, start)
    .map((text, index) => ({ mark: ' ', text, old: index, new: index }));
  let [i, j] = [0, 0];
  const push = (mark: Line['mark'], text: string): void => {
    lines.push({ mark, text, old: start + i, new: start + j });
  };
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      push(' ', old[i] ?? '');
      i += 1;
      j += 1;
    } else if (
      j >= fresh.length ||
      (i < old.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      push('-', old[i] ?? '');
      i += 1;
    } else {
      push('+', fresh[j] ?? '');
      j += 1;
    }
  }
  const rest = before.slice(before.length - end);
  return [
    ...lines,
    ...rest.map((text, index): Line => ({ mark: ' ', text, old: start + i + index, new: start + j + index })),
  ];
}

function commonLengths(old: readonly string[], fresh: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--) {
      const same = old[i] === fresh[j];
      const [here, below] = [table[i], table[i + 1]];
      if (here) here[j] = same ? (below?.[j + 1] ?? 0) + 1 : Math.max(below?.[j] ?? 0, here[j + 1] ?? 0);
    }
  return table;
}
