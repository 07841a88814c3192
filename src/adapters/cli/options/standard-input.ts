/** The argument that stands for standard input. */
export const STDIN = '-';

/** The most that is taken from it, in bytes: as much as from a file. */
export const STDIN_LIMIT = 64 * 1024 * 1024;
