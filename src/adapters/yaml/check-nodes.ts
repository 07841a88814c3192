import { isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';
import { keyOf, offsetOf, pairsOf, resolve, type YamlDocument } from './yaml-nodes.ts';

/** Whether nothing stands where a key should: `annotations: {}: ` has such a pair behind its first one. */
function isWithoutKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.value === null && pair.key.range?.[0] === pair.key.range?.[1];
}

/**
 * Refuses a pod with a key twice in one map, or with none: parsers differ on what counts then, so nobody can
 * say what hints it needs. Looks behind aliases, at each node once.
 *
 * @throws MH_MANIFEST_INVALID
 */
export function checkKeys(root: Node, document: YamlDocument, source: ManifestSource): void {
  const seen = new Set<Node>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = resolve(pending.pop(), document);
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    if (isSeq(node)) pending.push(...node.items);
    if (!isMap(node)) continue;
    const keys = new Set<string>();
    for (const pair of pairsOf(node)) {
      if (isWithoutKey(pair)) {
        throw source.error(
          'MH_MANIFEST_INVALID',
          offsetOf(pair) ?? 0,
          'a value has no key, in a map of a pod',
          'Correct the manifest there: a colon too many, most likely.',
        );
      }
      const key = keyOf(pair);
      if (key !== undefined && keys.size === keys.add(key).size) {
        throw source.error(
          'MH_MANIFEST_INVALID',
          offsetOf(pair) ?? 0,
          `"${key}" stands twice in one map of a pod`,
          'Remove one of the two: which one counts depends on the reader.',
        );
      }
      pending.push(pair.value);
    }
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
    if (isSeq(node)) pending.push(...node.items);
    if (!isMap(node)) continue;
    for (const pair of pairsOf(node)) {
      if (node.flow && isMap(pair.key) && pair.key.flow) throw source.templateError(offsetOf(node) ?? 0);
      pending.push(pair.key, pair.value);
    }
  }
}
