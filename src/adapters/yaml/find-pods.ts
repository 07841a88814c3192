import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { knownPodPaths, podPathText, TEMPLATELESS_KINDS } from '../../domain/hints/custom-workloads.ts';
import { listedKindOf, type PodPaths } from '../../domain/hints/workloads.ts';
import type { KeyPath } from '../../domain/text/key-path.ts';
import type { Workload } from '../../ports/manifest-reader.ts';
import type { Ambiguities } from './check-nodes.ts';
import { containersBelow } from './containers-below.ts';
import { findPair, keysOf, offsetOf, resolve, textIn, valueIn, type YamlDocument } from './yaml-nodes.ts';

/** A pod (template) in a document's tree. */
export interface FoundPod {
  readonly workload: Workload;
  readonly outerAnnotationKeys: readonly string[];
  /** The object that the pod belongs to; for a Pod, `node`. */
  readonly workloadNode: YAMLMap;
  readonly path: KeyPath;
  readonly node: YAMLMap;
}

/** An object whose pods could not be looked for. */
interface UnreadNode {
  readonly workload: Workload;
  readonly node: YAMLMap;
  readonly path?: KeyPath;
}

/** The pods of a document, and what was looked at to find them. */
export interface FoundPods {
  readonly pods: readonly FoundPod[];
  readonly kinds: ReadonlySet<string>;
  readonly podPaths: ReadonlySet<string>;
  readonly unread: readonly UnreadNode[];
}

/** Looks for the pods of one document. Every node is visited once, so that aliases cannot multiply the work. */
class PodFinder {
  readonly #document: YamlDocument;
  readonly #podPaths: PodPaths;
  readonly #ambiguities: Ambiguities;
  readonly #visited = new Set<Node>();
  readonly #lists = new Set<Node>();
  readonly found: FoundPod[] = [];
  readonly kinds = new Set<string>();
  readonly podPaths = new Set<string>();
  readonly unread: UnreadNode[] = [];
  /** Of the workload whose pods are being looked for. */
  #outerKeys: readonly string[] = [];
  #workloadNode: YAMLMap | undefined;

  constructor(document: YamlDocument, podPaths: PodPaths, ambiguities: Ambiguities) {
    this.#document = document;
    this.#podPaths = podPaths;
    this.#ambiguities = ambiguities;
  }

  visit(value: unknown, path: KeyPath, listKind: string): void {
    const node = this.#readable(value);
    if (!isMap(node) || this.#visited.has(node)) return;
    const named = this.#value(node, 'kind');
    const kind = isScalar(named) && named.value !== null ? String(named.value) : listKind;
    this.#ambiguities.checkNames(node);
    if (kind === '') this.#ambiguities.checkObject(node);
    const isList = this.#visitItems(node, path, kind);
    if (kind === '') return;
    this.kinds.add(kind);
    const podPaths = [...knownPodPaths(kind), ...(this.#podPaths.get(kind) ?? [])];
    const workload = this.#workloadOf(node, kind);
    const before = this.found.length;
    this.#workloadNode = node;
    for (const podPath of podPaths) {
      const count = this.found.length;
      this.#outerKeys = podPath.length === 0 ? [] : this.#annotationKeysOf(node);
      this.#follow(node, podPath, path, workload);
      if (this.found.length > count) this.podPaths.add(podPathText(kind, podPath));
    }
    if (this.found.length === before && !isList) this.#noteUnread(node, workload, podPaths.length > 0);
  }

  /** Where no pod was found: whether there should be some. */
  #noteUnread(node: YAMLMap, workload: Workload, isKnown: boolean): void {
    if (TEMPLATELESS_KINDS.has(workload.kind)) this.unread.push({ workload, node });
    else if (!isKnown) {
      const path = containersBelow(node, this.#document);
      if (path !== undefined) this.unread.push({ workload, node, path });
    }
  }

  /** Whatever has items is a list, of any kind: kubectl takes it for one. */
  #visitItems(node: YAMLMap, path: KeyPath, kind: string): boolean {
    const items = this.#value(node, 'items');
    if (!isSeq(items)) return false;
    if (this.#lists.has(items)) return true;
    this.#lists.add(items);
    for (const [index, item] of items.items.entries()) {
      this.visit(item, [...path, 'items', index], listedKindOf(kind));
    }
    return true;
  }

  /** What `value` is, if all readers see the same in it. */
  #readable(value: unknown): Node | undefined {
    const node = resolve(value, this.#document);
    this.#ambiguities.checkTag(node);
    this.#ambiguities.checkKeysOf(node);
    return node;
  }

  /** The value of a key, of which all readers must see the same. */
  #value(map: YAMLMap, key: string): Node | undefined {
    const found = findPair(map, key, this.#document);
    if (found) this.#ambiguities.checkFound(key, found);
    return found && resolve(found.pair.value, this.#document);
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
    const node = this.#readable(value);
    const [step, ...rest] = steps;
    if (step === undefined) this.#take(node, path, workload);
    else if (step === '*') {
      for (const [key, element] of this.#elementsOf(node)) {
        this.#follow(element, rest, [...path, key], workload);
      }
    } else if (isMap(node)) {
      this.#follow(this.#value(node, String(step)), rest, [...path, step], workload);
    }
  }

  #elementsOf(node: Node | undefined): [string | number, unknown][] {
    if (isSeq(node)) return node.items.map((item, index) => [index, item]);
    if (!isMap(node)) return [];
    return keysOf(node, this.#document).map((key) => [key, this.#value(node, key)]);
  }

  #take(node: Node | undefined, path: KeyPath, workload: Workload): void {
    if (!isMap(node) || this.#visited.has(node)) return;
    this.#visited.add(node);
    const workloadNode = this.#workloadNode ?? node;
    this.found.push({ workload, outerAnnotationKeys: this.#outerKeys, workloadNode, path, node });
  }
}

/**
 * The pods and pod templates of a document, in the order of the text.
 *
 * @throws MH_MANIFEST_INVALID where readers would differ on what is a pod.
 */
export function findPods(document: YamlDocument, podPaths: PodPaths, ambiguities: Ambiguities): FoundPods {
  const finder = new PodFinder(document, podPaths, ambiguities);
  finder.visit(document.contents, [], '');
  const pods = finder.found.sort((a, b) => (offsetOf(a.node) ?? 0) - (offsetOf(b.node) ?? 0));
  return { pods, kinds: finder.kinds, podPaths: finder.podPaths, unread: finder.unread };
}
