/** The argument that stands for standard input. */
export const STDIN = '-';

/** What it is called in messages. */
export const STDIN_NAME = 'standard input';
