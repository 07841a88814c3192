/**
 * The question that ends a message about a mistyped word; none where no word is near enough.
 *
 * @param meant the word that was probably meant.
 * @param written how it stands where it belongs: quoted, or with what goes around it.
 */
export function didYouMean(
  meant: string | undefined,
  written: (meant: string) => string = (word) => word,
): string | undefined {
  return meant === undefined ? undefined : `Did you mean ${written(meant)}?`;
}
