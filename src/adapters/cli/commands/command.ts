import type { Terminal } from '../terminal/terminal.ts';

/** An option of a command, as `node:util` parseArgs takes it and as help and completion show it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What the value is called in the help; for options of type string. */
  readonly value?: string;
  /** The values to complete, where they are a closed set. */
  readonly choices?: readonly string[];
  /** What it does, in one line that needs no full stop. */
  readonly help: string;
}

/** A command as its user sees it. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The arguments after the name, e.g. `[OPTIONS] BUNDLE…`. */
  readonly usage: string;
  /** A paragraph or two for the command's own help, wrapped at 78 columns. */
  readonly details: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** The arguments to complete, where they are a closed set; files elsewhere. */
  readonly choices?: readonly string[];
}

/** The command line of one run, taken apart. */
export interface Invocation {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
}

/** A command that can be run; the result is its exit status. */
export interface Command extends CommandSpec {
  run(invocation: Invocation): Promise<number>;
}

/** The value of a string option; `undefined` if it was not given. */
export function textOption({ values }: Invocation, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of a string option that may be given several times. */
export function textOptions({ values }: Invocation, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Whether a boolean option was given. */
export function flag({ values }: Invocation, name: string): boolean {
  return values[name] === true;
}
