/** Finds what a command line's argument names. */
export interface InputFinder {
  /**
   * The paths that `argument` names: itself if something has that name, else what it matches as a glob,
   * in ascending order.
   *
   * @throws MH_INPUT_NOT_FOUND if there is neither.
   */
  find(argument: string): Promise<readonly string[]>;
}
