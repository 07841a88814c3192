/**
 * Which directories hold no data at one moment, while containers fill one after the other: a view, so that
 * moments do not each copy what they know of every volume.
 */
export class EmptyDirectories implements ReadonlyMap<string, boolean> {
  readonly #volumes: ReadonlyMap<string, string>;
  readonly #filled: ReadonlyMap<string, number>;
  readonly #moment: number;

  /**
   * @param volumes the name of the volume that each directory is.
   * @param filled for each volume that is not empty any more, how many others were filled before it; may grow.
   */
  constructor(volumes: ReadonlyMap<string, string>, filled: ReadonlyMap<string, number>) {
    this.#volumes = volumes;
    this.#filled = filled;
    this.#moment = filled.size;
  }

  get size(): number {
    return this.#volumes.size;
  }

  has(directory: string): boolean {
    return this.#volumes.has(directory);
  }

  get(directory: string): boolean | undefined {
    const volume = this.#volumes.get(directory);
    return volume === undefined ? undefined : this.#isEmpty(volume);
  }

  forEach(each: (isEmpty: boolean, directory: string, map: ReadonlyMap<string, boolean>) => void): void {
    for (const [directory, isEmpty] of this) each(isEmpty, directory, this);
  }

  *entries(): MapIterator<[string, boolean]> {
    for (const [directory, volume] of this.#volumes) yield [directory, this.#isEmpty(volume)];
  }

  keys(): MapIterator<string> {
    return this.#volumes.keys();
  }

  *values(): MapIterator<boolean> {
    for (const [, isEmpty] of this) yield isEmpty;
  }

  [Symbol.iterator](): MapIterator<[string, boolean]> {
    return this.entries();
  }

  #isEmpty(volume: string): boolean {
    return (this.#filled.get(volume) ?? this.#moment) >= this.#moment;
  }
}
