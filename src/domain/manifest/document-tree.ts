/**
 * How the values of one parsed document are looked at, whatever parsed it. A value is the parser's own; `M` is how it
 * keeps a map (an object in JSON's words).
 */
export interface DocumentTree<M extends object> {
  /** The value that stands for itself, aliases followed. */
  resolve(value: unknown): unknown;
  /** @throws where readers would see different things in the value itself. */
  check(value: unknown): void;
  /** The value if it is a map. */
  mapOf(value: unknown): M | undefined;
  /** The elements of a value that is a list. */
  itemsOf(value: unknown): readonly unknown[] | undefined;
  /** The text of a scalar; `undefined` for what is absent, null or no scalar. */
  textOf(value: unknown): string | undefined;
  /** The value of a key, aliases and merge keys followed. @throws where readers would see different values. */
  valueIn(map: M, key: string): unknown;
  /** The same, where nothing depends on what other readers see. */
  peek(map: M, key: string): unknown;
  /** The keys that a map has, each once. */
  keysOf(map: M): readonly string[];
  /** @throws for what looks like an object of Kubernetes and is none. */
  checkObject(map: M, hasKind: boolean): void;
  /** @throws for items that are neither a list nor null. */
  checkItems(map: M): void;
}
