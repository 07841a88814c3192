import { join } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';

/** What the bundle of a command exports. */
export interface CommandModule {
  /** Runs the command on the words after its name; gives the exit status. */
  main(args: readonly string[]): Promise<number>;
}

/**
 * Loads a command's bundle.
 *
 * @param environment names the directory for compiled code, as for the release of runsc
 */
export function loadCommand(
  directory: string,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): CommandModule {
  keepCompiledCode(environment);
  return require(join(directory, `${name}.cjs`)) as CommandModule;
}
