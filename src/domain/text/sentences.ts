/** The sentences that there are, a blank between two. */
export function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter((each) => each !== undefined).join(' ');
}
