import { editDistance } from './edit-distance.ts';

/** Longer words are not typing errors, and the time grows with their square. */
const MAX_LENGTH = 64;

/** The word that was probably meant: at most two letters differ, and at most half of them. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  if (word.length > MAX_LENGTH) return undefined;
  for (const candidate of words) {
    if (candidate.length > MAX_LENGTH) continue;
    const away = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (away < least && away * 2 <= Math.max(word.length, candidate.length)) {
      best = candidate;
      least = away;
    }
  }
  return best;
}
