import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';
import {
  type Content,
  type Found,
  findPair,
  indexOf,
  isMergeKey,
  mergedMaps,
  offsetOf,
  pairsOf,
  resolve,
  type YamlDocument,
} from './yaml-nodes.ts';

/** Whether nothing stands where a key should: `annotations: {}: ` has such a pair behind its first one. */
function isWithoutKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === null && pair.key.range?.[0] === pair.key.range?.[1];
}

/** YAML's own tags of which readers make different values: `!!binary`, `!!set`, `!!int`. */
const ODD_TAG = /^tag:yaml\.org,2002:(?!(?:str|map|seq)$)/;

function hasOddTag(node: Content): boolean {
  return node.tag !== undefined && ODD_TAG.test(node.tag);
}

/** Whether a pair is `key:` directly before a comma or bracket: YAML 1.1 reads the colon as part of the key. */
function isColonInKey({ key }: Pair, text: string): boolean {
  if (!isScalar(key) || key.type !== 'PLAIN') return false;
  const [start, end] = key.range ?? [0, 0];
  return start < end && text[end] === ':' && /[,}\]]/.test(text[end + 1] ?? '');
}

/** What a node is that Kubernetes' reader refuses as a key: JSON has no such keys. */
function unusableAs(key: Content | undefined): string | undefined {
  if (isMap(key) || isSeq(key)) return 'a key is a map or a list';
  return isScalar(key) && key.value === null ? 'a key is null' : undefined;
}

/** Why readers may take the key of a pair for different keys, wherever the pair stands. */
function oddityOf(pair: Pair, isFlow: boolean, document: YamlDocument, text: string): string | undefined {
  const key = resolve(pair.key, document);
  if (isMergeKey(pair)) return key?.tag ? 'a merge key ("<<") has a tag' : undefined;
  if (key && hasOddTag(key)) return 'a key has a tag';
  const unusable = isWithoutKey(pair) ? undefined : unusableAs(key);
  if (unusable !== undefined) return unusable;
  const isJoined = isFlow && isColonInKey(pair, text);
  return isJoined
    ? 'a colon has no space behind it, and some readers take it for a part of the key'
    : undefined;
}

/** The same for keys that are names, as those of annotations; a pod's fields have no such keys. */
function misreadingOf(pair: Pair, document: YamlDocument): string | undefined {
  const key = resolve(pair.key, document);
  if (!isScalar(key)) return undefined;
  const isLetter = key.type === 'PLAIN' && /^[yYnN]$/.test(String(key.source));
  const isNumber = typeof key.value === 'number' && !Number.isSafeInteger(key.value);
  return isLetter || isNumber
    ? `some readers take the key "${key.source}" for a boolean or another number`
    : undefined;
}

const IN_QUOTES = 'Write the key as a text, in quotes, without a tag, and a space behind its colon.';

/** Throws where readers of YAML would understand a manifest in different ways. */
export class Ambiguities {
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;
  readonly #checked = new Set<Content>();
  /** Nodes of pods: what pods share is looked at once. */
  readonly #seen = new Set<Content>();

  constructor(document: YamlDocument, source: ManifestSource) {
    this.#document = document;
    this.#source = source;
  }

  /**
   * Refuses a map, or what it merges, with a key that readers take for different keys.
   *
   * @throws MH_MANIFEST_INVALID
   */
  checkKeysOf(map: Node | undefined): void {
    if (!isMap(map) || this.#checked.has(map)) return;
    this.#checked.add(map);
    for (const pair of pairsOf(map)) {
      const oddity = oddityOf(pair, map.flow === true, this.#document, this.#source.text);
      if (oddity !== undefined) throw this.#error(pair, oddity, IN_QUOTES);
      if (isMergeKey(pair)) for (const source of mergedMaps(pair, this.#document)) this.checkKeysOf(source);
    }
  }

  /**
   * Refuses a pair that some readers take another one for, or whose value has a tag.
   *
   * @throws MH_MANIFEST_INVALID
   */
  checkFound(key: string, { pair, rival }: Found): void {
    this.checkTag(pair.value);
    if (rival === undefined) return;
    const isMerged = (offsetOf(rival) ?? 0) < (offsetOf(pair) ?? 0);
    throw this.#error(
      isMerged ? pair : rival,
      isMerged
        ? `"${key}" stands before a merge key ("<<") that brings it too`
        : `"${key}" stands twice in one map`,
      'Remove one of the two: which one counts depends on the reader.',
    );
  }

  /**
   * Refuses an object whose key is a map: kubectl takes a JSON object that begins a text for an object,
   * whatever follows it.
   *
   * @throws MH_MANIFEST_INVALID
   */
  checkNames(map: YAMLMap): void {
    const odd = pairsOf(map).find(({ key }) => isMap(key) || isSeq(key));
    if (odd) throw this.#error(odd, 'a key is a map or a list', IN_QUOTES);
  }

  /** @throws MH_MANIFEST_INVALID for what has the parts of a Kubernetes object, and no kind. */
  checkObject(map: YAMLMap): void {
    const has = (key: string) => findPair(map, key, this.#document) !== undefined;
    if (has('kind') || !has('spec') || !(has('metadata') || has('apiVersion'))) return;
    throw this.#error(
      map,
      'this is not a Kubernetes object: it has a spec, and no kind',
      'Write its apiVersion and its kind.',
    );
  }

  /** @throws MH_MANIFEST_INVALID for items that are not a list; without a value they are a list of nothing. */
  checkItems(map: YAMLMap): void {
    const pair = findPair(map, 'items', this.#document)?.pair;
    const items = pair && resolve(pair.value, this.#document);
    if (!pair || isSeq(items) || items === undefined || (isScalar(items) && items.value === null)) return;
    throw this.#error(
      pair,
      'the items of this object are not a list',
      'Write a list, or leave items out: kubectl refuses it too.',
    );
  }

  /** @throws MH_MANIFEST_INVALID for a node that has a tag which makes another value of it. */
  checkTag(value: unknown): void {
    const node = resolve(value, this.#document);
    if (!node || !hasOddTag(node)) return;
    throw this.#error(
      value,
      `the tag ${node.tag} makes of this value what some readers would not`,
      'Write the value without a tag.',
    );
  }

  /**
   * Refuses a pod with a key twice in one map, or with none: parsers differ on what counts then, so nobody can
   * say what hints it needs. Looks behind aliases, at each node once.
   *
   * @throws MH_MANIFEST_INVALID
   */
  checkPod(root: Node): void {
    const pending: unknown[] = [root];
    while (pending.length > 0) {
      const node = resolve(pending.pop(), this.#document);
      if (node === undefined || this.#seen.has(node)) continue;
      this.#seen.add(node);
      this.checkTag(node);
      if (isSeq(node)) for (const item of node.items) pending.push(item);
      if (!isMap(node)) continue;
      this.checkKeysOf(node);
      for (const [key, found] of indexOf(node, this.#document)) this.checkFound(key, found);
      for (const pair of pairsOf(node)) {
        if (isWithoutKey(pair)) {
          throw this.#error(
            pair,
            'a value has no key, in a map of a pod',
            'Correct the manifest there: a colon too many, most likely.',
          );
        }
        const misreading = misreadingOf(pair, this.#document);
        if (misreading !== undefined) throw this.#error(pair, misreading, IN_QUOTES);
        pending.push(pair.value);
      }
    }
  }

  #error(at: unknown, what: string, next: string): Error {
    return this.#source.error('MH_MANIFEST_INVALID', offsetOf(at) ?? 0, what, next);
  }
}

/**
 * Refuses `{{ … }}` outside quotes, which YAML reads as a map in a map: an unrendered template.
 *
 * @throws MH_MANIFEST_INVALID
 */
export function checkRendered(document: YamlDocument, source: ManifestSource): void {
  const pending: unknown[] = [document.contents];
  while (pending.length > 0) {
    const node = pending.pop();
    if (isAlias(node)) continue;
    if (isSeq(node)) for (const item of node.items) pending.push(item);
    if (!isMap(node)) continue;
    for (const pair of pairsOf(node)) {
      if (node.flow && isMap(pair.key) && pair.key.flow) throw source.templateError(offsetOf(node) ?? 0);
      pending.push(pair.key, pair.value);
    }
  }
}
