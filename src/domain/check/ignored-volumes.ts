import type { Ignore } from './ignore.ts';

/** The volumes of pods that ignores name; asked at the end for those that no pod has, misspelt ones. */
export class IgnoredVolumes {
  readonly #unknown: Set<string>;

  constructor(ignores: readonly Ignore[]) {
    this.#unknown = new Set(ignores.flatMap(({ volume }) => (volume === undefined ? [] : [volume])));
  }

  /** Takes the volumes of a pod; where they are not known, it may have any. */
  add(volumes: readonly string[] | undefined): void {
    if (volumes === undefined) this.#unknown.clear();
    else if (this.#unknown.size > 0) for (const volume of volumes) this.#unknown.delete(volume);
  }

  get unknown(): readonly string[] {
    return [...this.#unknown];
  }
}
