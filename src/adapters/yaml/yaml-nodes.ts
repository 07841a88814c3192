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
  visit,
  type YAMLMap,
} from 'yaml';

/** A document with its nodes and their ranges in the text. */
export type YamlDocument = Document.Parsed;

/** A value found in a map: its pair, and whether the pair stands there itself or comes in by a merge key. */
export interface Found {
  readonly pair: Pair;
  readonly merged: boolean;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

type Targets = ReadonlyMap<Alias, Node>;

/** Found in one pass: the library's own `resolve` walks the document once for each alias. */
const targets = new WeakMap<YamlDocument, Targets>();

function findTargets(document: YamlDocument): Targets {
  const anchors = new Map<string, Node>();
  const found = new Map<Alias, Node>();
  visit(document, {
    Alias(_, alias) {
      const node = anchors.get(alias.source);
      if (node) found.set(alias, node);
    },
    Value(_, node) {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return found;
}

function targetsOf(document: YamlDocument): Targets {
  const known = targets.get(document) ?? findTargets(document);
  targets.set(document, known);
  return known;
}

/** The node itself, or the one that an alias stands for; `undefined` for what is absent or leads nowhere. */
export function resolve(value: unknown, document: YamlDocument): Node | undefined {
  if (isAlias(value)) return targetsOf(document).get(value);
  return isNode(value) ? value : undefined;
}

/** A key's text; `undefined` for a merge key, and for a key that is a collection. */
export function keyOf(pair: Pair): string | undefined {
  if (isScalar(pair.key)) return isMergeKey(pair) ? undefined : String(pair.key.value);
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

function mergedMaps(pair: Pair, document: YamlDocument): YAMLMap[] {
  const value = resolve(pair.value, document);
  const sources = isSeq(value) ? value.items.map((item) => resolve(item, document)) : [value];
  return sources.filter((source) => isMap(source));
}

/**
 * The pair of `map` with this key. One that stands in the map itself wins over merged ones, and of
 * several merged ones the first (YAML 1.1 merge key, as go-yaml reads it).
 */
export function findPair(map: YAMLMap, key: string, document: YamlDocument, depth = 0): Found | undefined {
  const pairs = pairsOf(map);
  const own = pairs.find((pair) => keyOf(pair) === key);
  if (own) return { pair: own, merged: false };
  if (depth > MAX_MERGE_DEPTH) return undefined;
  for (const pair of pairs.filter(isMergeKey)) {
    for (const source of mergedMaps(pair, document)) {
      const found = findPair(source, key, document, depth + 1);
      if (found) return { pair: found.pair, merged: true };
    }
  }
  return undefined;
}

/** The keys that a map has, those of merge keys too; each once. */
export function keysOf(map: YAMLMap, document: YamlDocument): string[] {
  const keys = new Set<string>();
  const pending = [map];
  const seen = new Set<YAMLMap>();
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const pair of pairsOf(next)) {
      const key = keyOf(pair);
      if (key !== undefined) keys.add(key);
      else if (isMergeKey(pair)) pending.push(...mergedMaps(pair, document));
    }
  }
  return [...keys];
}

/** Merges of merges of merges: deeper ones are not for people, and could be endless. */
const MAX_MERGE_DEPTH = 16;

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
  return isNode(value) ? value.range?.[0] : undefined;
}

/** The nodes that aliases of the document stand for. */
export function aliasedNodes(document: YamlDocument): ReadonlySet<Node> {
  return new Set(targetsOf(document).values());
}
