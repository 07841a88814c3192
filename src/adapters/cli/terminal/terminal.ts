/** What a command sees of the process that it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Width of standard output in characters; 80 where it is not a terminal. */
  readonly columns: number;
  /** Whether standard output is a terminal, which obeys the control characters that it gets. */
  readonly shows: boolean;
  /** Whether standard output may be coloured: a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Whether standard error is a terminal, so that a progress line makes sense. */
  readonly interactive: boolean;
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes bytes to standard output. */
  outBytes(bytes: Uint8Array): void;
  /** Writes words to standard error, on a terminal wrapped to its width; where that cannot be written, nothing happens. */
  error(text: string): void;
  /** The same for what programs read and people copy: JSON, a command. It is never wrapped. */
  errorAsIs(text: string): void;
  /**
   * Shows a line on standard error in place of the one before it; '' shows none. What is written to the
   * terminal next takes it away.
   */
  status(line: string): void;
  /**
   * All of standard input, whole or not at all.
   *
   * @throws MH_INPUT_TOO_LARGE, MH_INPUT_UNREADABLE
   */
  input(): Uint8Array;
  /**
   * Standard input as it comes. Ends early when a signal came, if `interrupted` was called before.
   *
   * @throws MH_INPUT_UNREADABLE
   */
  inputChunks(): AsyncIterable<Uint8Array>;
  /** Milliseconds since some moment. */
  now(): number;
  /**
   * The signal that asks the command to stop, if one came. From the first call on, a signal waits for the
   * file or object in hand instead of ending the process.
   */
  interrupted(): Promise<string | undefined>;
  /** Ends the process as the signal would have. */
  endBySignal(signal: string): void;
}
