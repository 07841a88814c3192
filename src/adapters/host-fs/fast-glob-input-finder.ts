import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { InputFinder } from '../../ports/input-finder.ts';

/** Inputs by name, or by fast-glob's patterns. */
export class FastGlobInputFinder implements InputFinder {
  readonly #fs: FileSystem;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  async find(argument: string): Promise<readonly string[]> {
    if (this.#exists(argument)) return [argument];
    const found = argument === '' ? [] : await this.#glob(argument);
    if (found.length > 0) return found;
    throw new MountHintsError(
      'MH_INPUT_NOT_FOUND',
      `Nothing is named ${JSON.stringify(argument)}, and nothing matches it as a pattern. Check the name; a pattern stands in quotes, such as '/run/bundles/*'.`,
      { path: argument },
    );
  }

  #exists(path: string): boolean {
    try {
      this.#fs.lstatSync(path);
      return true;
    } catch {
      return false;
    }
  }

  async #glob(pattern: string): Promise<string[]> {
    const { default: fastGlob } = await import('fast-glob');
    const found = fastGlob.sync(pattern, { fs: this.#fs as never, onlyFiles: false, suppressErrors: true });
    return found.sort();
  }
}
