import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A document with its nodes and their ranges in the text. */
export type YamlDocument = Document.Parsed;

/** A value found in a map: its pair, and whether the pair stands there itself or comes in by a merge key. */
export interface Found {
  readonly pair: Pair;
  readonly merged: boolean;
  /**
   * Another pair that some readers take instead: one with the same key, or one that a merge key behind this one
   * brings (go-yaml v2, which Kubernetes reads with, lets it win; go-yaml v3, which kustomize reads with, does not).
   */
  readonly rival?: Pair;
}

/** A node that is not an alias. */
export type Content = Scalar | YAMLMap | YAMLSeq;

function isContent(value: unknown): value is Content {
  return isMap(value) || isSeq(value) || isScalar(value);
}

/** What each alias of a document stands for. */
export type AliasTargets = ReadonlyMap<Alias, Content>;

const NO_TARGETS: AliasTargets = new Map();
/** Found in one pass: the library's own `resolve` walks the document once for each alias. */
const targets = new WeakMap<YamlDocument, AliasTargets>();

/** Says what the aliases of a document stand for. */
export function setTargets(document: YamlDocument, found: AliasTargets): void {
  targets.set(document, found);
}

function targetsOf(document: YamlDocument): AliasTargets {
  return targets.get(document) ?? NO_TARGETS;
}

/** The node itself, or the one that an alias stands for; `undefined` for what is absent or leads nowhere. */
export function resolve(value: unknown, document: YamlDocument): Content | undefined {
  if (isAlias(value)) return targetsOf(document).get(value);
  return isContent(value) ? value : undefined;
}

/** A key's text, aliases followed; `undefined` for a merge key, and for a key that is a collection. */
function keyOf(pair: Pair, document: YamlDocument): string | undefined {
  const key = resolve(pair.key, document);
  if (isScalar(key)) return typeof key.value === 'symbol' ? undefined : String(key.value);
  return pair.key === null ? '' : undefined;
}

/** The pairs of a map that stand in it themselves. */
export function pairsOf(map: YAMLMap): readonly Pair[] {
  return map.items.filter((item) => isPair(item));
}

/** The library gives a merge key a symbol for its value; a quoted `"<<"` is an ordinary key. */
export function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && typeof pair.key.value === 'symbol';
}

/** The maps that a merge key merges, in the order in which they count. */
export function mergedMaps(pair: Pair, document: YamlDocument): YAMLMap[] {
  const value = resolve(pair.value, document);
  const sources = isSeq(value) ? value.items.map((item) => resolve(item, document)) : [value];
  return sources.filter((source) => isMap(source));
}

/** By map: its keys with their pairs. Looking through the pairs for each key would cost the square of their number. */
const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Found>>();

function makeIndex(map: YAMLMap, document: YamlDocument): ReadonlyMap<string, Found> {
  const index = new Map<string, Found>();
  const add = (key: string, found: Found, isRival: (known: Found) => boolean) => {
    const known = index.get(key);
    if (!known) index.set(key, found);
    else if (!known.rival && isRival(known)) index.set(key, { ...known, rival: found.pair });
  };
  const pairs = pairsOf(map);
  for (const pair of pairs) {
    const key = keyOf(pair, document);
    if (key !== undefined) add(key, { pair, merged: false }, () => true);
  }
  for (const merge of pairs.filter(isMergeKey)) {
    const at = offsetOf(merge) ?? 0;
    // Of the maps that one merge key merges, the first wins everywhere.
    const own = new Set<string>();
    for (const source of mergedMaps(merge, document)) {
      for (const [key, found] of indexOf(source, document)) {
        const isRival = ({ pair, merged }: Found) => (merged ? !own.has(key) : (offsetOf(pair) ?? 0) < at);
        if (!index.has(key)) own.add(key);
        add(key, { ...found, merged: true }, isRival);
      }
    }
  }
  return index;
}

/** The keys that a map has, those of merge keys too, with their pairs. */
export function indexOf(map: YAMLMap, document: YamlDocument): ReadonlyMap<string, Found> {
  const index = indexes.get(map) ?? makeIndex(map, document);
  indexes.set(map, index);
  return index;
}

/**
 * The pair of `map` with this key. One that stands in the map itself wins over merged ones, and of
 * several merged ones the first (YAML 1.1 merge key, as go-yaml reads it).
 */
export function findPair(map: YAMLMap, key: string, document: YamlDocument): Found | undefined {
  return indexOf(map, document).get(key);
}

/** The keys that a map has, those of merge keys too; each once. */
export function keysOf(map: YAMLMap, document: YamlDocument): string[] {
  return [...indexOf(map, document).keys()];
}

/** The value of `key` in `map`, aliases and merge keys followed. */
export function valueIn(map: Node | undefined, key: string, document: YamlDocument): Node | undefined {
  const found = isMap(map) ? findPair(map, key, document) : undefined;
  return found && resolve(found.pair.value, document);
}

/** The text of a scalar value of `map`; `undefined` for what is absent, null or no scalar. */
export function textIn(map: Node | undefined, key: string, document: YamlDocument): string | undefined {
  const value = valueIn(map, key, document);
  return isScalar(value) && value.value !== null ? String(value.value) : undefined;
}

/** Where a node or a pair begins in the text. */
export function offsetOf(value: unknown): number | undefined {
  if (isPair(value)) return offsetOf(value.key) ?? offsetOf(value.value);
  return isContent(value) || isAlias(value) ? value.range?.[0] : undefined;
}

/** The nodes that aliases of the document stand for. */
export function aliasedNodes(document: YamlDocument): ReadonlySet<Node> {
  return new Set(targetsOf(document).values());
}
