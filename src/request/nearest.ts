import { distance } from 'fastest-levenshtein';

/**
 * The candidate that differs in the fewest letters, or undefined where none is near.
 * @param most letters; by default a third of the candidate
 */
export function nearest<Word extends string>(
  word: string,
  candidates: readonly Word[],
  most?: number,
): Word | undefined {
  // Nobody mistypes a word of such a length.
  if (word.length > 100) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= (most ?? Math.max(2, best.candidate.length / 3))
    ? best.candidate
    : undefined;
}
