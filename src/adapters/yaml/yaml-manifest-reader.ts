import { isMap, isPair, isSeq, type Node } from 'yaml';
import { checkPod } from '../../domain/check-pod.ts';
import { formatKeyPath, type KeyPath } from '../../domain/key-path.ts';
import { isMountHintsError } from '../../domain/mount-hints-error.ts';
import type { Pod } from '../../domain/pod.ts';
import type { TextSplice } from '../../domain/text-splice.ts';
import type {
  ManifestDocument,
  ManifestPod,
  ManifestReader,
  ManifestReadOptions,
  PodAnnotations,
  SourcePosition,
} from '../../ports/manifest-reader.ts';
import { checkRendered, checkUniqueKeys } from './check-nodes.ts';
import { type FoundPod, findPods } from './find-pods.ts';
import { ManifestSource } from './manifest-source.ts';
import { parseDocuments } from './parse-documents.ts';
import { findPair, offsetOf, resolve, type YamlDocument } from './yaml-nodes.ts';

/** The node or pair at `path` below `root`, or the deepest part of it that is there. */
function deepest(root: Node, path: KeyPath, document: YamlDocument): unknown {
  let at: unknown = root;
  for (const step of path) {
    const node = resolve(isPair(at) ? at.value : at, document);
    let next: unknown;
    if (isMap(node)) next = findPair(node, String(step), document)?.pair;
    else if (isSeq(node)) next = node.items[Number(step)];
    if (next === undefined) return at;
    at = next;
  }
  return at;
}

class YamlPod implements ManifestPod {
  readonly workload;
  readonly path;
  readonly pod: Pod;
  readonly #node: Node;
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;

  constructor(found: FoundPod, document: YamlDocument, source: ManifestSource) {
    this.workload = found.workload;
    this.path = found.path;
    this.#node = found.node;
    this.#document = document;
    this.#source = source;
    checkUniqueKeys(found.node, document, source);
    this.pod = this.#read();
  }

  positionOf(path: KeyPath): SourcePosition {
    const offset = offsetOf(deepest(this.#node, path, this.#document)) ?? offsetOf(this.#node);
    return this.#source.lines.positionAt(offset ?? 0);
  }

  #read(): Pod {
    const value = this.#plain();
    const problem = checkPod(value);
    if (problem === undefined) return value as Pod;
    throw this.#source.error(
      'MH_MANIFEST_INVALID',
      this.positionOf(problem.path).offset,
      `${formatKeyPath([...this.path, ...problem.path])} should be ${problem.expected}`,
      'Kubernetes would refuse it too: correct the manifest.',
    );
  }

  #plain(): unknown {
    try {
      return this.#node.toJS(this.#document, { maxAliasCount: -1 });
    } catch (error) {
      if (isMountHintsError(error)) throw error;
      throw this.#source.error(
        'MH_MANIFEST_INVALID',
        offsetOf(this.#node) ?? 0,
        `an alias in this pod leads nowhere (${(error as Error).message})`,
        'Write the anchor before the alias, in the same document.',
        error,
      );
    }
  }
}

class YamlManifestDocument implements ManifestDocument {
  readonly index: number;
  readonly pods: readonly YamlPod[];

  constructor(index: number, document: YamlDocument, source: ManifestSource, options: ManifestReadOptions) {
    this.index = index;
    const [start, , end] = document.range;
    if (source.text.slice(start, end).includes('{{')) checkRendered(document, source);
    const found = findPods(document, options.podPaths ?? new Map());
    this.pods = found.map((pod) => new YamlPod(pod, document, source));
  }

  annotate(_changes: readonly PodAnnotations[]): readonly TextSplice[] {
    throw new Error('not yet');
  }
}

/** Manifests in YAML 1.2 with Kubernetes' habits (merge keys, `yes` and `on`), and in JSON, which is YAML. */
export class YamlManifestReader implements ManifestReader {
  *documents(text: string, source: string, options: ManifestReadOptions = {}): Generator<ManifestDocument> {
    const manifest = new ManifestSource(text, source);
    let index = 0;
    for (const document of parseDocuments(manifest)) {
      yield new YamlManifestDocument(index++, document, manifest, options);
    }
  }
}
