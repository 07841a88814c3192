import { isMap, isSeq, type Node } from 'yaml';
import type { KeyPath } from '../../domain/text/key-path.ts';
import { keysOf, resolve, valueIn, type YamlDocument } from './yaml-nodes.ts';

function childrenOf(node: Node, document: YamlDocument): (readonly [string | number, unknown])[] {
  if (isSeq(node)) return node.items.map((item, index) => [index, item]);
  return isMap(node) ? keysOf(node, document).map((key) => [key, valueIn(node, key, document)]) : [];
}

/** Whether a value is a list of containers: maps with names, as a pod's spec has them. */
function isContainers(node: Node | undefined, document: YamlDocument): boolean {
  if (!isSeq(node) || node.items.length === 0) return false;
  return node.items.every((item) => valueIn(resolve(item, document), 'name', document) !== undefined);
}

/**
 * The way to the outermost map that has `containers` as a pod's spec has them; `undefined` if there is none. Every node
 * is visited once, so that aliases cannot multiply the work.
 */
export function containersBelow(root: Node, document: YamlDocument): KeyPath | undefined {
  const seen = new Set<Node>([root]);
  const queue: (readonly [KeyPath, Node])[] = [[[], root]];
  for (const [path, node] of queue) {
    if (isContainers(isMap(node) ? valueIn(node, 'containers', document) : undefined, document)) return path;
    for (const [key, value] of childrenOf(node, document)) {
      const child = resolve(value, document);
      if (child === undefined || seen.has(child)) continue;
      seen.add(child);
      queue.push([[...path, key], child]);
    }
  }
  return undefined;
}
