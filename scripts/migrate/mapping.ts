import { isScalar, type Pair, type YAMLMap } from 'yaml';
import type { Edits } from './edits.ts';

/** Edits pairs of a YAML mapping where they are, in block style and in braces. */

type Ranged = { range?: readonly number[] | null } | null | undefined;
export const rangeOf = (node: unknown): readonly number[] => (node as Ranged)?.range ?? [];
/** Where a node begins. */
export const offsetOf = (node: unknown): number => rangeOf(node)[0] ?? 0;
/** Where a pair ends, comments left out. */
export const endOf = ({ key, value }: Pair): number => rangeOf(value)[1] ?? rangeOf(key)[1] ?? 0;
/** A key's text. */
export const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/**
 * Removes pairs: their lines in block style, each with one comma in braces.
 * @param becomesBlock whether another edit gives a pair a value of several lines
 */
export function removePairs(
  pairs: readonly Pair[],
  map: YAMLMap,
  edits: Edits,
  becomesBlock: (pair: Pair) => boolean = () => false,
): void {
  if (!map.flow) {
    for (const pair of pairs) {
      const above = map.items.slice(0, map.items.indexOf(pair)).findLast((one) => !pairs.includes(one));
      edits.replace(edits.lineStart(offsetOf(pair.key)), edits.lineAfter(endOf(pair)), '');
      // What is below it would otherwise become part of the block.
      if (above && (isBlock(above.value) || becomesBlock(above)))
        edits.alignAfter(endOf(pair), edits.before(offsetOf(pair.key)));
    }
    return;
  }
  const kept = map.items.findLastIndex((pair) => !pairs.includes(pair));
  map.items.forEach((pair, index) => {
    const next = map.items[index + 1];
    if (index < kept && next && pairs.includes(pair))
      edits.replace(offsetOf(pair.key), offsetOf(next.key), '');
  });
  const [first, last] = [map.items[kept + 1], map.items.at(-1)];
  const lastKept = map.items[kept];
  if (!first || !last) return;
  const from = lastKept ? endOf(lastKept) : offsetOf(first.key);
  // A comment between them stays, and so does the comma before it.
  const hasComment = edits.text.slice(from, offsetOf(first.key)).includes('#');
  edits.replace(hasComment ? offsetOf(first.key) : from, endOf(last), '');
}

const isBlock = (value: unknown): boolean =>
  isScalar(value) && (value.type === 'BLOCK_LITERAL' || value.type === 'BLOCK_FOLDED');

/** Gives a pair another name, in the quotes that it had. */
export function renamePair(pair: Pair, name: string, edits: Edits): void {
  const [from = 0, to = 0] = rangeOf(pair.key);
  const quote = /^["']/.exec(edits.text.slice(from, to))?.[0] ?? '';
  if (name !== nameOf(pair.key)) edits.replace(from, to, quote + name + quote);
}

/** Gives a pair another name and value. */
export function replacePair(pair: Pair, name: string, value: string, map: YAMLMap, edits: Edits): void {
  renamePair(pair, name, edits);
  const [from = 0, to = 0] = rangeOf(pair.key);
  const [begin = to, end = to] = rangeOf(pair.value);
  if (map.flow) {
    edits.replace(begin, end, inBraces(value, quoteOf(pair, edits)));
    return;
  }
  const isBlock = edits.text[end - 1] === '\n';
  // The comment of a value that becomes a block belongs after its first line.
  const beside = value.includes('\n') && !isBlock ? commentAfter(end, edits) : '';
  const stop = end + beside.length;
  const written = edits.scalar(value, edits.before(from), end, beside.trim());
  const gap = edits.text[begin - 1] === ':' ? ' ' : '';
  edits.replace(begin, stop, gap + written + (isBlock ? edits.lineEndAt(end) : ''));
}

const commentAfter = (offset: number, edits: Edits): string =>
  /^[ \t]+#[^\r\n]*/.exec(edits.text.slice(offset))?.[0] ?? '';

/** Adds pairs after the last one. @param removed those that another edit removes */
export function addPairs(
  added: readonly (readonly [string, string])[],
  map: YAMLMap,
  edits: Edits,
  removed: readonly Pair[] = [],
): void {
  const kept = map.flow ? map.items.findLast((pair) => !removed.includes(pair)) : undefined;
  const last = kept ?? map.items.at(-1);
  if (!last || added.length === 0) return;
  if (map.flow) {
    edits.insertAt(
      endOf(last),
      added.map((pair) => `, ${pairInBraces(pair, quoteOf(last, edits))}`).join(''),
    );
    return;
  }
  const indent = ' '.repeat(edits.before(offsetOf(last.key)).length);
  edits.insertAfter(
    endOf(last),
    added.map((pair) => edits.line(indent, pair, endOf(last))),
  );
}

/** Adds a mapping to a step. */
export function addMapping(
  name: string,
  pairs: readonly (readonly [string, string])[],
  step: YAMLMap,
  edits: Edits,
): void {
  const last = step.items.at(-1);
  const first = step.items[0];
  if (!last || !first || pairs.length === 0) return;
  if (step.flow) {
    const quote = quoteOf(last, edits);
    const written = pairs.map((pair) => pairInBraces(pair, quote)).join(', ');
    edits.insertAt(endOf(last), `, ${quote}${name}${quote}: { ${written} }`);
    return;
  }
  const indent = ' '.repeat(edits.before(offsetOf(first.key)).length);
  edits.insertAfter(endOf(last), [
    `${indent}${name}:${edits.lineEndAt(endOf(last))}`,
    ...pairs.map((pair) => edits.line(`${indent}  `, pair, endOf(last))),
  ]);
}

/** Double quotes where the keys have them: a file that is JSON stays JSON. */
const quoteOf = ({ key }: Pair, edits: Edits): string => (edits.text[offsetOf(key)] === '"' ? '"' : '');

const pairInBraces = ([name, value]: readonly [string, string], quote: string): string =>
  `${quote}${name}${quote}: ${inBraces(value, quote)}`;

/** A value that may be anywhere between braces. */
function inBraces(value: string, quote: string): string {
  if (/^(true|false|[1-9]\d{0,5})$/.test(value)) return value;
  return quote === '' && /^[A-Za-z][\w./-]*$/.test(value) ? value : JSON.stringify(value);
}

/** Puts text around the expression that a value consists of, however it is quoted. */
export function wrapExpression(value: unknown, before: string, after: string, edits: Edits): void {
  const [from = 0, to = 0] = rangeOf(value);
  const written = edits.text.slice(from, to);
  const quote = written.startsWith("'")
    ? (text: string) => text.replaceAll("'", "''")
    : (text: string) => text;
  const open = /\$\{\{\s*/.exec(written);
  const close = /\s*\}\}(?!.*\}\})/s.exec(written);
  if (!open || !close) return;
  edits.insertAt(from + open.index + open[0].length, quote(before));
  edits.insertAt(from + close.index, quote(after));
}
