import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { itemKindOf, type PodPaths, WORKLOADS } from '../../domain/hints/workloads.ts';
import type { KeyPath } from '../../domain/text/key-path.ts';
import type { Workload } from '../../ports/manifest-reader.ts';
import {
  keyOf,
  keysOf,
  offsetOf,
  pairsOf,
  resolve,
  textIn,
  valueIn,
  type YamlDocument,
} from './yaml-nodes.ts';

/** A pod (template) in a document's tree. */
export interface FoundPod {
  readonly workload: Workload;
  readonly outerAnnotationKeys: readonly string[];
  readonly path: KeyPath;
  readonly node: YAMLMap;
}

/** Looks for the pods of one document. Every node is visited once, so that aliases cannot multiply the work. */
class PodFinder {
  readonly #document: YamlDocument;
  readonly #podPaths: PodPaths;
  readonly #visited = new Set<Node>();
  readonly found: FoundPod[] = [];
  /** Of the workload whose pods are being looked for. */
  #outerKeys: readonly string[] = [];

  constructor(document: YamlDocument, podPaths: PodPaths) {
    this.#document = document;
    this.#podPaths = podPaths;
  }

  visit(value: unknown, path: KeyPath, listKind: string): void {
    const node = resolve(value, this.#document);
    if (!isMap(node) || this.#visited.has(node)) return;
    const kind = textIn(node, 'kind', this.#document) ?? listKind;
    const itemKind = itemKindOf(kind);
    if (itemKind !== undefined) {
      this.#visitItems(node, path, itemKind);
      return;
    }
    const workload = this.#workloadOf(node, kind);
    for (const podPath of [...(WORKLOADS.get(kind) ?? []), ...(this.#podPaths.get(kind) ?? [])]) {
      this.#outerKeys = podPath.length === 0 ? [] : this.#annotationKeysOf(node);
      this.#follow(node, podPath, path, workload);
    }
  }

  #visitItems(list: YAMLMap, path: KeyPath, itemKind: string): void {
    this.#visited.add(list);
    const items = valueIn(list, 'items', this.#document);
    if (!isSeq(items)) return;
    for (const [index, item] of items.items.entries()) this.visit(item, [...path, 'items', index], itemKind);
  }

  #annotationKeysOf(node: YAMLMap): readonly string[] {
    const metadata = valueIn(node, 'metadata', this.#document);
    const annotations = valueIn(metadata, 'annotations', this.#document);
    return isMap(annotations) ? keysOf(annotations, this.#document) : [];
  }

  #workloadOf(node: YAMLMap, kind: string): Workload {
    const metadata = valueIn(node, 'metadata', this.#document);
    const text = (key: string) => textIn(metadata, key, this.#document);
    const namespace = text('namespace');
    return {
      kind,
      name: text('name') ?? text('generateName') ?? '',
      ...(namespace !== undefined && { namespace }),
    };
  }

  #follow(value: unknown, steps: KeyPath, path: KeyPath, workload: Workload): void {
    const node = resolve(value, this.#document);
    const [step, ...rest] = steps;
    if (step === undefined) this.#take(node, path, workload);
    else if (step === '*') {
      for (const [key, element] of this.#elementsOf(node)) {
        this.#follow(element, rest, [...path, key], workload);
      }
    } else if (isMap(node)) {
      this.#follow(valueIn(node, String(step), this.#document), rest, [...path, step], workload);
    }
  }

  #elementsOf(node: Node | undefined): [string | number, unknown][] {
    if (isSeq(node)) return node.items.map((item, index) => [index, item]);
    return isMap(node) ? pairsOf(node).map((pair) => [keyOf(pair) ?? '', pair.value]) : [];
  }

  #take(node: Node | undefined, path: KeyPath, workload: Workload): void {
    if (!isMap(node) || this.#visited.has(node)) return;
    this.#visited.add(node);
    this.found.push({ workload, outerAnnotationKeys: this.#outerKeys, path, node });
  }
}

/** The pods and pod templates of a document, in the order of the text. */
export function findPods(document: YamlDocument, podPaths: PodPaths): readonly FoundPod[] {
  const finder = new PodFinder(document, podPaths);
  finder.visit(document.contents, [], '');
  return finder.found.sort((a, b) => (offsetOf(a.node) ?? 0) - (offsetOf(b.node) ?? 0));
}
