import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { DocumentTree } from '../../domain/manifest/document-tree.ts';
import type { Ambiguities } from './check-nodes.ts';
import { findPair, keysOf, resolve, valueIn, type YamlDocument } from './yaml-nodes.ts';

/** The nodes of a YAML document; what readers would differ on is refused on the way. */
export class YamlTree implements DocumentTree<YAMLMap> {
  readonly #document: YamlDocument;
  readonly #ambiguities: Ambiguities;

  constructor(document: YamlDocument, ambiguities: Ambiguities) {
    this.#document = document;
    this.#ambiguities = ambiguities;
  }

  resolve(value: unknown): unknown {
    return resolve(value, this.#document);
  }

  check(value: unknown): void {
    const node = resolve(value, this.#document);
    this.#ambiguities.checkTag(node);
    this.#ambiguities.checkKeysOf(node);
  }

  mapOf(value: unknown): YAMLMap | undefined {
    return isMap(value) ? value : undefined;
  }

  itemsOf(value: unknown): readonly unknown[] | undefined {
    return isSeq(value) ? value.items : undefined;
  }

  textOf(value: unknown): string | undefined {
    return isScalar(value) && value.value !== null ? String(value.value) : undefined;
  }

  valueIn(map: YAMLMap, key: string): unknown {
    const found = findPair(map, key, this.#document);
    if (found) this.#ambiguities.checkFound(key, found);
    return found && resolve(found.pair.value, this.#document);
  }

  peek(map: YAMLMap, key: string): unknown {
    return valueIn(map, key, this.#document);
  }

  keysOf(map: YAMLMap): readonly string[] {
    return keysOf(map, this.#document);
  }

  checkObject(map: YAMLMap, hasKind: boolean): void {
    this.#ambiguities.checkNames(map);
    if (!hasKind) this.#ambiguities.checkObject(map);
  }

  checkItems(map: YAMLMap): void {
    this.#ambiguities.checkItems(map);
  }
}
