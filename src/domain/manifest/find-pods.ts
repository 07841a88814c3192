import { knownPodPaths, podPathText, TEMPLATELESS_KINDS } from '../hints/custom-workloads.ts';
import { listedKindOf, type PodPaths, WORKLOADS } from '../hints/workloads.ts';
import type { KeyPath } from '../text/key-path.ts';
import { containersBelow } from './containers-below.ts';
import type { DocumentTree } from './document-tree.ts';

/** The object that a pod belongs to: the pod itself, a Deployment, a custom resource. */
interface FoundWorkload {
  readonly kind: string;
  /** `metadata.name`, or `metadata.generateName`; empty if there is neither. */
  readonly name: string;
  readonly namespace?: string;
}

/** A pod (template) in a document's tree. */
export interface FoundPod<M> {
  readonly workload: FoundWorkload;
  readonly outerAnnotationKeys: readonly string[];
  /** The names of the `volumeClaimTemplates` beside a pod template, each once: its pods get a volume of each. */
  readonly claims: readonly string[];
  /** The object that the pod belongs to, and the way to it; for a Pod, `node` and `path`. */
  readonly workloadNode: M;
  readonly workloadPath: KeyPath;
  readonly path: KeyPath;
  readonly node: M;
}

/** An object whose pods could not be looked for. */
interface UnreadNode<M> {
  readonly workload: FoundWorkload;
  readonly node: M;
  /** Where it stands in the document. */
  readonly at: KeyPath;
  /** Where its containers are, from the object; absent where the kind has no pod template. */
  readonly path?: KeyPath;
}

/** The pods of a document, in the order in which their kinds name their places, and what was looked at to find them. */
export interface FoundPods<M> {
  readonly pods: readonly FoundPod<M>[];
  readonly kinds: ReadonlySet<string>;
  readonly podPaths: ReadonlySet<string>;
  readonly unread: readonly UnreadNode<M>[];
}

/** Where in a document the value stands that is looked through: an element of a List, or the document itself. */
export interface ValueOrigin {
  readonly path: KeyPath;
  /** The kind of an object that names none, as in a `PodList`; empty for none. */
  readonly kind: string;
}

/** Looks for the pods of one document. Every node is visited once, so that aliases cannot multiply the work. */
class PodFinder<M extends object> {
  readonly #tree: DocumentTree<M>;
  readonly #podPaths: PodPaths;
  readonly #visited = new Set<object>();
  readonly pods: FoundPod<M>[] = [];
  readonly kinds = new Set<string>();
  readonly podPaths = new Set<string>();
  readonly unread: UnreadNode<M>[] = [];
  /** Of the workload whose pods are being looked for. */
  #outerKeys: readonly string[] = [];
  /** Of the pod template that was come to last. */
  #claims: readonly string[] = [];
  #workloadNode: M | undefined;
  #workloadPath: KeyPath = [];

  constructor(tree: DocumentTree<M>, podPaths: PodPaths) {
    this.#tree = tree;
    this.#podPaths = podPaths;
  }

  visit(value: unknown, path: KeyPath, listKind: string): void {
    const tree = this.#tree;
    tree.check(value);
    const node = tree.mapOf(tree.resolve(value));
    if (node === undefined || this.#visited.has(node)) return;
    const kind = tree.textOf(tree.valueIn(node, 'kind')) ?? listKind;
    tree.checkObject(node, kind !== '');
    if (kind !== '' && path.length === 0) tree.checkItems(node);
    const isList = this.#visitItems(node, path, kind);
    if (kind === '') return;
    this.kinds.add(kind);
    const podPaths = [...knownPodPaths(kind), ...(this.#podPaths.get(kind) ?? [])];
    const workload = this.#workloadOf(node, kind);
    const before = this.pods.length;
    this.#workloadNode = node;
    this.#workloadPath = path;
    for (const podPath of podPaths) {
      const count = this.pods.length;
      this.#outerKeys = podPath.length === 0 ? [] : this.#annotationKeysOf(node);
      this.#follow(node, podPath, path, workload);
      if (this.pods.length > count) this.podPaths.add(podPathText(kind, podPath));
    }
    if (this.pods.length === before && !isList) this.#noteUnread(node, path, workload);
  }

  /** Where no pod was found: whether there should be some. */
  #noteUnread(node: M, at: KeyPath, workload: FoundWorkload): void {
    if (TEMPLATELESS_KINDS.has(workload.kind)) this.unread.push({ workload, node, at });
    else {
      const path = containersBelow(node, this.#tree);
      if (path !== undefined) this.unread.push({ workload, node, at, path });
    }
  }

  /**
   * Whatever has items is a list, of any kind: kubectl takes it for one, and refuses a document whose items are
   * something else.
   *
   * Source: apimachinery `pkg/apis/meta/v1/unstructured/helpers.go` (decode).
   */
  #visitItems(node: M, path: KeyPath, kind: string): boolean {
    const list = this.#tree.valueIn(node, 'items');
    const items = this.#tree.itemsOf(list);
    if (items === undefined) return false;
    if (this.#visited.has(list as object)) return true;
    this.#visited.add(list as object);
    for (const [index, item] of items.entries()) {
      this.visit(item, [...path, 'items', index], listedKindOf(kind));
    }
    return true;
  }

  #annotationKeysOf(node: M): readonly string[] {
    const metadata = this.#tree.mapOf(this.#tree.peek(node, 'metadata'));
    const annotations = metadata && this.#tree.mapOf(this.#tree.peek(metadata, 'annotations'));
    return annotations ? this.#tree.keysOf(annotations) : [];
  }

  #workloadOf(node: M, kind: string): FoundWorkload {
    const metadata = this.#tree.mapOf(this.#tree.peek(node, 'metadata'));
    const text = (key: string) => metadata && this.#tree.textOf(this.#tree.peek(metadata, key));
    const namespace = text('namespace');
    return {
      kind,
      name: text('name') ?? text('generateName') ?? '',
      ...(namespace !== undefined && { namespace }),
    };
  }

  #follow(value: unknown, steps: KeyPath, path: KeyPath, workload: FoundWorkload): void {
    this.#tree.check(value);
    const node = this.#tree.resolve(value);
    const map = this.#tree.mapOf(node);
    const [step, ...rest] = steps;
    if (step === undefined) this.#take(map, path, workload);
    else if (step === '*') {
      for (const [key, element] of this.#elementsOf(node)) {
        this.#follow(element, rest, [...path, key], workload);
      }
    } else if (map) {
      this.#claims = rest.length === 0 ? this.#claimsIn(map, workload.kind) : [];
      this.#follow(this.#tree.valueIn(map, String(step)), rest, [...path, step], workload);
    }
  }

  /**
   * Of Kubernetes' own kinds only a StatefulSet has claim templates; others, such as a CloneSet of OpenKruise, have
   * them in the same place.
   */
  #claimsIn(parent: M, kind: string): readonly string[] {
    if (WORKLOADS.has(kind) && kind !== 'StatefulSet') return [];
    const tree = this.#tree;
    const templates = tree.itemsOf(tree.resolve(tree.peek(parent, 'volumeClaimTemplates'))) ?? [];
    const names = templates.flatMap((template) => {
      const claim = tree.mapOf(tree.resolve(template));
      const metadata = claim && tree.mapOf(tree.resolve(tree.peek(claim, 'metadata')));
      return (metadata && tree.textOf(tree.peek(metadata, 'name'))) ?? [];
    });
    return [...new Set(names)];
  }

  #elementsOf(node: unknown): (readonly [string | number, unknown])[] {
    const items = this.#tree.itemsOf(node);
    if (items) return items.map((item, index) => [index, item] as const);
    const map = this.#tree.mapOf(node);
    return map ? this.#tree.keysOf(map).map((key) => [key, this.#tree.valueIn(map, key)] as const) : [];
  }

  #take(node: M | undefined, path: KeyPath, workload: FoundWorkload): void {
    if (node === undefined || this.#visited.has(node)) return;
    this.#visited.add(node);
    const workloadNode = this.#workloadNode ?? node;
    const outerAnnotationKeys = this.#outerKeys;
    this.pods.push({
      workload,
      outerAnnotationKeys,
      claims: this.#claims,
      workloadNode,
      workloadPath: this.#workloadPath,
      path,
      node,
    });
  }
}

const WHOLE_DOCUMENT: ValueOrigin = { path: [], kind: '' };

/**
 * The pods and pod templates below a document's value.
 *
 * @throws what the tree throws where readers would differ on what is a pod.
 */
export function findPods<M extends object>(
  value: unknown,
  tree: DocumentTree<M>,
  podPaths: PodPaths,
  { path, kind }: ValueOrigin = WHOLE_DOCUMENT,
): FoundPods<M> {
  const finder = new PodFinder(tree, podPaths);
  finder.visit(value, path, kind);
  return finder;
}
