import { join } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';

/**
 * Loads a file that scripts/ built.
 *
 * @param environment names the directory for compiled code, as for the release of runsc
 */
export function loadBuiltFile<T>(
  directory: string,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): T {
  keepCompiledCode(environment);
  return require(join(directory, `${name}.cjs`)) as T;
}
