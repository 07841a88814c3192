import { Document, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import { Commented, type FilledNode, withoutComments } from '../../domain/policy/policy-text.ts';

function asComment(text: string): string {
  return text
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
}

/** Puts the comments of a filled node at the nodes of the document that was made of it. */
function comment(node: unknown, filled: FilledNode): void {
  if (filled instanceof Commented) {
    comment(node, filled.node as FilledNode);
    return;
  }
  if (isSeq(node) && Array.isArray(filled)) {
    for (const [index, each] of filled.entries()) {
      const item = node.items[index];
      if (each instanceof Commented) (item as Node).commentBefore = asComment(each.comment);
      comment(item, each);
    }
  } else if (isMap(node) && typeof filled === 'object') {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const each = (filled as Readonly<Record<string, FilledNode>>)[String(pair.key.value)];
      if (each === undefined) continue;
      if (each instanceof Commented) pair.key.commentBefore = asComment(each.comment);
      comment(pair.value, each);
    }
  }
}

/** Manifests as a stream of YAML documents, with the comments that stand at their nodes. */
export function printManifests(manifests: readonly FilledNode[]): string {
  return manifests
    .map((manifest) => {
      const document = new Document(withoutComments(manifest));
      comment(document.contents, manifest);
      return document.toString({ lineWidth: 0, blockQuote: 'literal', indentSeq: false });
    })
    .join('---\n');
}
