import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What the bundle of a command exports. */
export interface CommandModule {
  /** Runs the command on the words after its name; gives the exit status. */
  main(args: readonly string[]): Promise<number>;
}

/** Where the compiled code of a bundle is kept; V8 takes it only from its own version. */
export function codeCachePath(directory: string, name: string): string {
  return join(directory, `${name}.v8-${process.versions.v8}.cache`);
}

function readCodeCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Loads a command's bundle, with V8's compiled code beside it where there is some: that takes a third off
 * the start-up (docs/benchmarks.md). A cache that V8 rejects costs nothing but the gain.
 */
export function loadCommand(directory: string, name: string): { command: CommandModule; script: Script } {
  const filename = join(directory, `${name}.cjs`);
  // The build writes ASCII only; latin1 spares the decoding.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'latin1')}\n})`;
  const cachedData = readCodeCache(codeCachePath(directory, name));
  const script = new Script(source, cachedData ? { filename, cachedData } : { filename });
  const module = { exports: {} as CommandModule };
  script.runInThisContext()(module.exports, require, module, filename, dirname(filename));
  return { command: module.exports, script };
}
