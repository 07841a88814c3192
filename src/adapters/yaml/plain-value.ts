import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';
import { type Content, isMergeKey, offsetOf, pairsOf, resolve, type YamlDocument } from './yaml-nodes.ts';

type Plain = Record<string, unknown>;

/** By the nodes that have an anchor: a value that aliases repeat is made once, and shared. */
const shared = new WeakMap<Content, unknown>();

function setField(value: Plain, key: string, field: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(value, key, {
      value: field,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else value[key] = field;
}

/**
 * Makes plain values of the nodes of one document, each node once. (The library's own `toJS` looks
 * through all anchors for each alias, and makes anew what merge keys repeat.)
 */
class PlainMaker {
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;

  constructor(document: YamlDocument, source: ManifestSource) {
    this.#document = document;
    this.#source = source;
  }

  make(value: unknown): unknown {
    const node = this.#resolve(value);
    if (node?.anchor === undefined) return this.#makeNode(node);
    const known = shared.get(node);
    if (known !== undefined) return known;
    const made = this.#makeNode(node);
    shared.set(node, made);
    return made;
  }

  #resolve(value: unknown): Content | undefined {
    const node = resolve(value, this.#document);
    if (node !== undefined || !isAlias(value)) return node;
    throw this.#source.error(
      'MH_MANIFEST_INVALID',
      offsetOf(value) ?? 0,
      `the alias "${value.source}" leads nowhere`,
      'Write the anchor before the alias, in the same document.',
    );
  }

  #makeNode(node: Content | undefined): unknown {
    if (isSeq(node)) return node.items.map((item) => this.make(item));
    if (isMap(node)) return this.#makeMap(node);
    return isScalar(node) ? node.value : null;
  }

  #makeMap(map: YAMLMap): Plain {
    const value: Plain = {};
    const merges: Pair[] = [];
    for (const pair of pairsOf(map)) {
      if (isMergeKey(pair)) merges.push(pair);
      else setField(value, this.#keyOf(pair), this.make(pair.value));
    }
    for (const pair of merges) this.#merge(value, pair);
    return value;
  }

  #merge(value: Plain, pair: Pair): void {
    const sources = this.#resolve(pair.value);
    for (const item of isSeq(sources) ? sources.items : [sources]) {
      const source = this.#resolve(item);
      if (!isMap(source)) {
        throw this.#source.error(
          'MH_MANIFEST_INVALID',
          offsetOf(pair) ?? 0,
          'this merge key ("<<") merges something that is not a map',
          'Give it an alias of a map, or a list of such aliases.',
        );
      }
      for (const [key, field] of Object.entries(this.make(source) as Plain)) {
        if (!Object.hasOwn(value, key)) setField(value, key, field);
      }
    }
  }

  /** A key that is a collection becomes its JSON. */
  #keyOf(pair: Pair): string {
    const key = this.make(pair.key);
    if (key === null) return '';
    return typeof key === 'object' ? JSON.stringify(key) : String(key);
  }
}

/**
 * What a node of a document says, as JSON would have it; aliases and merge keys followed. What aliases
 * repeat is one object in several places: not to be changed.
 *
 * @throws MH_MANIFEST_INVALID for an alias that leads nowhere, or a merge key that merges no map.
 */
export function plainValue(node: unknown, document: YamlDocument, source: ManifestSource): unknown {
  return new PlainMaker(document, source).make(node);
}
