import type { KeyPath } from '../text/key-path.ts';
import type { DocumentTree } from './document-tree.ts';

function childrenOf<M extends object>(
  node: unknown,
  tree: DocumentTree<M>,
): (readonly [string | number, unknown])[] {
  const items = tree.itemsOf(node);
  if (items) return items.map((item, index) => [index, tree.resolve(item)] as const);
  const map = tree.mapOf(node);
  return map ? tree.keysOf(map).map((key) => [key, tree.peek(map, key)] as const) : [];
}

/** Whether a value is a list of containers: maps with names, as a pod's spec has them. */
function isContainers<M extends object>(value: unknown, tree: DocumentTree<M>): boolean {
  const items = tree.itemsOf(value);
  if (items === undefined || items.length === 0) return false;
  return items.every((item) => {
    const map = tree.mapOf(tree.resolve(item));
    return map !== undefined && tree.peek(map, 'name') !== undefined;
  });
}

/**
 * The way to the outermost map that has `containers` as a pod's spec has them; `undefined` if there is none. Every node
 * is visited once, so that aliases cannot multiply the work.
 */
export function containersBelow<M extends object>(root: M, tree: DocumentTree<M>): KeyPath | undefined {
  const seen = new Set<unknown>([root]);
  const queue: (readonly [KeyPath, unknown])[] = [[[], root]];
  for (const [path, node] of queue) {
    const map = tree.mapOf(node);
    if (map && isContainers(tree.peek(map, 'containers'), tree)) return path;
    for (const [key, child] of childrenOf(node, tree)) {
      if (typeof child !== 'object' || child === null || seen.has(child)) continue;
      seen.add(child);
      queue.push([[...path, key], child]);
    }
  }
  return undefined;
}
