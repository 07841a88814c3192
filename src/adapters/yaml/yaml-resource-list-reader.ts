import { isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import { spliceText } from '../../domain/text/text-splice.ts';
import type { ListItem, ResourceList, ResourceListReader } from '../../ports/resource-list-reader.ts';
import { DocumentAnnotator } from './annotate-document.ts';
import { isSet } from './check-annotated.ts';
import { ManifestSource } from './manifest-source.ts';
import { parseDocuments } from './parse-documents.ts';
import { plainValue } from './plain-value.ts';
import {
  aliasedNodes,
  findPair,
  offsetOf,
  resolve,
  textIn,
  valueIn,
  type YamlDocument,
} from './yaml-nodes.ts';

const RESULT_LIST = 'ResourceList';
const RESULTS = 'results';

class YamlResourceList implements ResourceList {
  readonly takesResults: boolean;
  readonly #root: YAMLMap;
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;

  constructor(root: YAMLMap, kind: string, document: YamlDocument, source: ManifestSource) {
    this.takesResults = kind === RESULT_LIST;
    this.#root = root;
    this.#document = document;
    this.#source = source;
  }

  functionConfig(): unknown {
    const pair = findPair(this.#root, 'functionConfig', this.#document)?.pair;
    return pair && plainValue(pair.value, this.#document, this.#source);
  }

  item(index: number, annotations: readonly string[]): ListItem | undefined {
    const items = valueIn(this.#root, 'items', this.#document);
    const item = isSeq(items) ? resolve(items.items[index], this.#document) : undefined;
    if (!isMap(item)) return undefined;
    const metadata = valueIn(item, 'metadata', this.#document);
    return {
      ...this.#texts(item, ['apiVersion', 'kind']),
      ...this.#texts(metadata, ['name', 'namespace']),
      annotations: this.#texts(valueIn(metadata, 'annotations', this.#document), annotations),
    };
  }

  withResults(results: readonly object[]): string {
    const { text } = this.#source;
    const annotator = new DocumentAnnotator(this.#document, this.#source, aliasedNodes(this.#document));
    const written = spliceText(text, annotator.setValue(this.#root, RESULTS, results));
    if (this.#isWritten(written, results)) return written;
    throw this.#source.error(
      'MH_MANIFEST_LAYOUT',
      offsetOf(findPair(this.#root, RESULTS, this.#document)?.pair ?? this.#root) ?? 0,
      'results cannot be put into this list as it is written: read again, it would say something else',
      'Write each of its fields on lines of its own, and results without an anchor.',
    );
  }

  #isWritten(text: string, results: readonly object[]): boolean {
    try {
      const source = new ManifestSource(text, this.#source.name);
      const { document } = parseList(source);
      const before = plainValue(this.#document.contents, this.#document, this.#source);
      const after = plainValue(document.contents, document, source);
      return isSet(before, after, RESULTS, JSON.parse(JSON.stringify(results)));
    } catch {
      return false;
    }
  }

  #texts(map: Node | undefined, keys: readonly string[]): Record<string, string> {
    const entries = keys.map((key) => [key, textIn(map, key, this.#document)]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
}

interface ParsedList {
  readonly root: YAMLMap;
  readonly kind: string;
  readonly document: YamlDocument;
}

function parseList(source: ManifestSource): ParsedList {
  const [document, second] = parseDocuments(source, true);
  const root = document && resolve(document.contents, document);
  const kind = document && isMap(root) ? textIn(root, 'kind', document) : undefined;
  if (document && !second && isMap(root) && kind?.endsWith('List')) {
    return { root, kind, document };
  }
  throw new MountHintsError(
    'MH_MANIFEST_INVALID',
    `The input is not one document of kind ResourceList or List. Let kustomize or kpt write it, and annotate plain manifests as such.`,
    { source: source.name },
  );
}

/** The input of KRM functions in YAML or JSON. */
export class YamlResourceListReader implements ResourceListReader {
  read(text: string, name: string): ResourceList {
    const source = new ManifestSource(text, name);
    const { root, kind, document } = parseList(source);
    return new YamlResourceList(root, kind, document, source);
  }
}
