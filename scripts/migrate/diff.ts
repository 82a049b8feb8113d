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

/** Lines with their line ends, so that a missing last line end is noticed. */
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

/** A difference ends at so many equal lines. */
const enough = 3;
/** The most lines of a difference, in both texts together. A longer one is shown as a whole. */
const longest = 2000;

/** Differences one after the other, so that the time does not grow with the square of a file's length. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] ?? '', old: i, new: j });
      i += 1;
      j += 1;
      continue;
    }
    const [old, fresh] = differenceAt(before, after, i, j);
    lines.push(...compareShort(before.slice(i, i + old), after.slice(j, j + fresh), i, j));
    i += old;
    j += fresh;
  }
  return lines;
}

/** How many lines of both texts belong to the difference that begins at `i` and `j`. */
function differenceAt(
  before: readonly string[],
  after: readonly string[],
  i: number,
  j: number,
): [number, number] {
  const isSame = (old: number, fresh: number): boolean => {
    for (let line = 0; line < enough; line += 1) {
      if (i + old + line >= before.length && j + fresh + line >= after.length) return true;
      if (before[i + old + line] !== after[j + fresh + line]) return false;
    }
    return true;
  };
  const [left, right] = [before.length - i, after.length - j];
  for (let sum = 1; sum <= Math.min(longest, left + right); sum += 1)
    for (let old = Math.max(0, sum - right); old <= Math.min(sum, left); old += 1)
      if (isSame(old, sum - old)) return [old, sum - old];
  return [left, right];
}

/** By the longest common subsequence. @param i where `old` begins, @param j where `fresh` begins */
function compareShort(old: readonly string[], fresh: readonly string[], i: number, j: number): Line[] {
  const isLong = old.length + fresh.length > longest;
  const lengths = isLong ? [] : commonLengths(old, fresh);
  const lines: Line[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < fresh.length) {
    const at = { old: i + a, new: j + b };
    if (!isLong && a < old.length && old[a] === fresh[b]) {
      lines.push({ mark: ' ', text: old[a] ?? '', ...at });
      a += 1;
      b += 1;
    } else if (
      b >= fresh.length ||
      (a < old.length && (lengths[a + 1]?.[b] ?? 0) >= (lengths[a]?.[b + 1] ?? 0))
    ) {
      lines.push({ mark: '-', text: old[a] ?? '', ...at });
      a += 1;
    } else {
      lines.push({ mark: '+', text: fresh[b] ?? '', ...at });
      b += 1;
    }
  }
  return lines;
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
