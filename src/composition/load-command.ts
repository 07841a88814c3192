import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What the bundle of a command exports. */
export interface CommandModule {
  /** Runs the command on the words after its name; gives the exit status. */
  main(args: readonly string[]): Promise<number>;
}

/** Put in by the build: the packages that have a bundle of their own, because most runs do not load them. */
declare const LAZY_PACKAGES: readonly string[];

/** Where the compiled code of a bundle is kept; V8 takes it only from its own version. */
export function codeCachePath(bundle: string): string {
  return bundle.replace(/\.cjs$/, `.v8-${process.versions.v8}.cache`);
}

/** More than any bundle or code cache has; what is not read into takes up no memory. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * The bytes of a file, in `buffer`. With one buffer for all files the system gives it pages once, and this way
 * loads less of Node than `readFileSync`.
 */
function read(path: string, buffer: Buffer): Buffer {
  const fd = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      if (count === 0) return buffer.subarray(0, length);
      length += count;
    }
  } finally {
    closeSync(fd);
  }
}

function readCodeCache(path: string, buffer: Buffer): Buffer | undefined {
  try {
    return read(path, buffer);
  } catch {
    return undefined;
  }
}

/** Sees each bundle that is loaded. */
export type LoadObserver = (bundle: string, script: Script) => void;

/** Loads a bundle, which the build has wrapped into a function of a CommonJS module's variables. */
function load(filename: string, observe: LoadObserver | undefined): unknown {
  const buffer = Buffer.allocUnsafeSlow(MAX_BYTES);
  // The build writes ASCII only; latin1 spares the decoding.
  const source = read(filename, buffer).toString('latin1');
  const cachedData = readCodeCache(codeCachePath(filename), buffer);
  const script = new Script(source, cachedData ? { filename, cachedData } : { filename });
  const directory = dirname(filename);
  const requireFrom = (id: string): unknown =>
    LAZY_PACKAGES.includes(id) ? load(join(directory, 'lazy', `${id}.cjs`), observe) : require(id);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireFrom, module, filename, directory);
  observe?.(filename, script);
  return module.exports;
}

/**
 * Loads a command's bundle, with V8's compiled code beside it where there is some: that takes a third off
 * the start-up (docs/benchmarks.md). A cache that V8 rejects costs nothing but the gain.
 */
export function loadCommand(directory: string, name: string, observe?: LoadObserver): CommandModule {
  return load(join(directory, `${name}.cjs`), observe) as CommandModule;
}
