import { isMap, isSeq, type Node } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';
import { isMergeKey, offsetOf, pairsOf, resolve, type YamlDocument } from './yaml-nodes.ts';

/** What merge keys may add to a document, in nodes: far more than people write, and little work. */
const MAX_MERGED = 1_000_000;
/** Merges of merges of merges: as deep as this is a circle, or was made to be one. */
const MAX_DEPTH = 2_000;

/** Counts the nodes of a document as reading it makes them: a merge key copies what it merges, each time. */
class MergeCount {
  readonly #document: YamlDocument;
  readonly #counts = new Map<Node, number>();

  constructor(document: YamlDocument) {
    this.#document = document;
  }

  /** Infinity for a circle of merges. */
  of(value: unknown, depth = 0): number {
    if (!isMap(value) && !isSeq(value)) return 1;
    const known = this.#counts.get(value);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
    this.#counts.set(value, Number.POSITIVE_INFINITY);
    const count = isSeq(value) ? this.#sum(value.items, depth) : this.#ofMap(value, depth);
    this.#counts.set(value, count);
    return count;
  }

  #ofMap(map: Node, depth: number): number {
    if (!isMap(map)) return 1;
    const merged: unknown[] = [];
    for (const pair of pairsOf(map)) {
      merged.push(pair.key, isMergeKey(pair) ? undefined : pair.value);
      if (isMergeKey(pair)) merged.push(...this.#sources(pair.value));
    }
    return this.#sum(merged, depth);
  }

  #sources(value: unknown): unknown[] {
    const source = resolve(value, this.#document);
    return isSeq(source) ? source.items.map((item) => resolve(item, this.#document)) : [source];
  }

  #sum(values: readonly unknown[], depth: number): number {
    return values.reduce<number>((sum, value) => sum + this.of(value, depth + 1), 1);
  }
}

/**
 * Refuses merge keys that merge each other in a circle, or so often that a short text becomes a huge object.
 *
 * @throws MH_MANIFEST_INVALID
 */
export function checkMerges(document: YamlDocument, source: ManifestSource): void {
  const [start, , end] = document.range;
  if (new MergeCount(document).of(document.contents) <= MAX_MERGED + 2 * (end - start)) return;
  throw source.error(
    'MH_MANIFEST_INVALID',
    offsetOf(document.contents) ?? start,
    `the merge keys ("<<") in this document lead in a circle, or make more than ${MAX_MERGED} values of it`,
    'Write the maps out that are merged.',
  );
}
