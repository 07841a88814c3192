/** The number of letters to add, take away or change to make one word of another. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Longer words are not typing errors, and the time grows with their square. */
const MAX_LENGTH = 64;

/** The word that was probably meant: at most two letters differ, and at most half of them. */
export function closest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  if (word.length > MAX_LENGTH) return undefined;
  for (const candidate of words) {
    if (candidate.length > MAX_LENGTH) continue;
    const away = distance(word.toLowerCase(), candidate.toLowerCase());
    if (away < least && away * 2 <= Math.max(word.length, candidate.length)) {
      best = candidate;
      least = away;
    }
  }
  return best;
}
