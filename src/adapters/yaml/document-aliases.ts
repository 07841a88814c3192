import { type Alias, isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import { MAX_LEVELS, refuseDepth } from './document-bounds.ts';
import type { ManifestSource } from './manifest-source.ts';
import type { AliasTargets, Content, YamlDocument } from './yaml-nodes.ts';

/** What the aliases of a stream may add to it, in values, beside twice the length of its text. */
const MAX_ADDED = 50_000;
/** A text counts as one value for each of so many characters: whoever writes values out writes it whole. */
const VALUE_LENGTH = 32;

/** A node with every alias in it replaced by what the alias stands for. */
interface Extent {
  readonly values: number;
  readonly levels: number;
}

/** How many values the aliases of one stream have added so far. */
export interface AliasBudget {
  added: number;
}

/** Reads the aliases of one document in the order of the text: an anchor comes before its aliases. */
class AliasReader {
  readonly targets = new Map<Alias, Content>();
  readonly #source: ManifestSource;
  readonly #budget: AliasBudget;
  readonly #limit: number;
  readonly #anchors = new Map<string, Content>();
  /** Of the nodes with an anchor; `undefined` for one that is still being read. */
  readonly #extents = new Map<Content, Extent | undefined>();

  constructor(source: ManifestSource, budget: AliasBudget, limit: number) {
    this.#source = source;
    this.#budget = budget;
    this.#limit = limit;
  }

  read(value: unknown, depth: number): Extent {
    if (isAlias(value)) return this.#follow(value, depth);
    if (!isScalar(value) && !isMap(value) && !isSeq(value)) return { values: 1, levels: 0 };
    if (value.anchor === undefined) return this.#measure(value, depth);
    this.#anchors.set(value.anchor, value);
    this.#extents.set(value, undefined);
    const extent = this.#measure(value, depth);
    this.#extents.set(value, extent);
    return extent;
  }

  #measure(node: Content, depth: number): Extent {
    if (isScalar(node)) {
      const [start = 0, end = 0] = node.range ?? [];
      return { values: 1 + Math.floor((end - start) / VALUE_LENGTH), levels: 0 };
    }
    let values = 1;
    let levels = 0;
    const add = (value: unknown) => {
      const inner = this.read(value, depth + 1);
      values += inner.values;
      levels = Math.max(levels, inner.levels + 1);
    };
    if (isSeq(node)) for (const item of node.items) add(item);
    if (isMap(node)) {
      for (const pair of node.items) {
        if (!isPair(pair)) continue;
        add(pair.key);
        add(pair.value);
      }
    }
    return { values, levels };
  }

  #follow(alias: Alias, depth: number): Extent {
    const target = this.#anchors.get(alias.source);
    const offset = alias.range?.[0] ?? 0;
    if (target === undefined) return { values: 1, levels: 0 };
    const extent = this.#extents.get(target);
    if (extent === undefined) {
      throw this.#source.error(
        'MH_MANIFEST_INVALID',
        offset,
        `the anchor "${alias.source}" contains itself by this alias`,
        'Kubernetes would refuse it too: write out what is meant.',
      );
    }
    if (depth + extent.levels > MAX_LEVELS) throw refuseDepth(this.#source, offset);
    this.#budget.added += extent.values;
    if (this.#budget.added > this.#limit) {
      throw this.#source.error(
        'MH_MANIFEST_TOO_COMPLEX',
        offset,
        `with this alias, aliases and merge keys add more than ${this.#limit} values to the text`,
        'Write out what is repeated, or split the file.',
      );
    }
    this.targets.set(alias, target);
    return extent;
  }
}

/**
 * What the aliases of a document stand for, before anything follows one.
 *
 * @param budget of the stream; what this document adds is added to it.
 * @throws MH_MANIFEST_INVALID for an anchor that contains itself; MH_MANIFEST_TOO_COMPLEX for aliases that
 *   multiply a short text (go-yaml, and so Kubernetes, refuses "excessive aliasing" too, at another bound),
 *   or nest it deeper than {@link MAX_LEVELS}.
 */
export function readAliases(
  document: YamlDocument,
  source: ManifestSource,
  budget: AliasBudget,
): AliasTargets {
  const reader = new AliasReader(source, budget, MAX_ADDED + 2 * document.range[2]);
  reader.read(document.contents, 0);
  return reader.targets;
}
