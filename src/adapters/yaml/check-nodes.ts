import { isAlias, isMap, isSeq, type Node } from 'yaml';
import type { ManifestSource } from './manifest-source.ts';
import { keyOf, offsetOf, pairsOf, resolve, type YamlDocument } from './yaml-nodes.ts';

/**
 * Refuses a pod with a key twice in one map: parsers differ on which one counts, so nobody can say what
 * hints it needs. Looks behind aliases, at each node once.
 *
 * @throws MH_MANIFEST_INVALID
 */
export function checkUniqueKeys(root: Node, document: YamlDocument, source: ManifestSource): void {
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
