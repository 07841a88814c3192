import { editDistance } from '../../../domain/text/edit-distance.ts';

/** The word of `words` that a mistyped `word` was most probably meant to be; none if all are too far off. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const [best] = words
    .map((candidate) => ({ candidate, far: editDistance(word, candidate) }))
    .sort((one, other) => one.far - other.far);
  return best !== undefined && best.far <= Math.max(1, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}
