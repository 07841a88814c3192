import { editDistance } from './edit-distance.ts';

/** Longer words are not typing errors, and the time grows with their square. */
const MAX_LENGTH = 64;

/** Whether the first letter of `word`, which is seldom mistyped, is one word's and not the other's. */
function beginsLike(one: string, other: string, word: string): boolean {
  const [first] = word.toLowerCase();
  return one[0]?.toLowerCase() === first && other[0]?.toLowerCase() !== first;
}

/**
 * The word that was probably meant: at most two letters differ, and at most half of them. Of two that are as near, the
 * one with the same first letter.
 */
export function closest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  if (word.length > MAX_LENGTH) return undefined;
  for (const candidate of words) {
    if (candidate.length > MAX_LENGTH) continue;
    const away = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const isNearer =
      away < least || (away === least && best !== undefined && beginsLike(candidate, best, word));
    if (isNearer && away * 2 <= Math.max(word.length, candidate.length)) {
      best = candidate;
      least = away;
    }
  }
  return best;
}
