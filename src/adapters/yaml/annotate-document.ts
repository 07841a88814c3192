import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { TextSplice } from '../../domain/text/text-splice.ts';
import type { ManifestSource } from './manifest-source.ts';
import { plainValue } from './plain-value.ts';
import {
  colonEnd,
  flowStyleOf,
  hasColon,
  indentOf,
  isKeyQuoted,
  isWritten,
  lastLineOf,
  lineBreakAt,
  lineEnd,
  pairEnd,
  pairStart,
  propertiesOf,
  stepOf,
} from './text-layout.ts';
import { blockLines, blockScalar, flowItems, flowMap, quote, quotedValue, type Tree } from './write-yaml.ts';
import { findPair, offsetOf, pairsOf, type YamlDocument } from './yaml-nodes.ts';

const DEFAULT_STEP = 2;

function splice(start: number, end: number, text: string): TextSplice[] {
  return [{ start, end, text }];
}

/** The splices by which pods of one document get annotations. Finds the places; judges nothing. */
export class DocumentAnnotator {
  readonly #document: YamlDocument;
  readonly #source: ManifestSource;
  readonly #text: string;
  /** The maps that an alias stands for somewhere. */
  readonly #aliased: ReadonlySet<unknown>;

  constructor(document: YamlDocument, source: ManifestSource, aliased: ReadonlySet<unknown>) {
    this.#document = document;
    this.#source = source;
    this.#text = source.text;
    this.#aliased = aliased;
  }

  /** Annotates the pod that `map` is. */
  annotate(map: YAMLMap, annotations: Tree): TextSplice[] {
    const found = findPair(map, 'metadata', this.#document);
    const step = stepOf(map, DEFAULT_STEP);
    if (!found) return this.#insertFirst(map, { metadata: { annotations } }, step);
    const { pair, merged } = found;
    if (merged) return this.#insertFirst(map, { metadata: this.#annotated(pair, annotations) }, step);
    if (isAlias(pair.value)) {
      const present = this.#plain(pair).annotations as Tree | undefined;
      return this.#extendAlias(map, pair, { annotations: { ...present, ...annotations } }, step);
    }
    if (!isMap(pair.value)) return this.#fill(map, pair, { annotations }, step);
    return this.#annotateMetadata(map, pair, pair.value, annotations, stepOf(pair.value, step));
  }

  /** Gives `key` of a map with pairs this value, in the place of the one that it has. */
  setValue(map: YAMLMap, key: string, value: unknown): TextSplice[] {
    const found = findPair(map, key, this.#document);
    if (!found || found.merged) return this.#insertLast(map, { [key]: value }, DEFAULT_STEP);
    const { pair } = found;
    const json = quotedValue(value);
    if (!isWritten(pair)) {
      const end = pairEnd(pair);
      return splice(end, end, hasColon(pair) ? ` ${json}` : `: ${json}`);
    }
    const [start, end] = (pair.value as Node).range ?? [0, 0];
    const lineBreak = this.#text[end - 1] === '\n' ? lineBreakAt(this.#text, start) : '';
    // A block list may begin in the column of its key, where a flow list may not.
    const space = isSeq(pair.value) && !pair.value.flow ? ' ' : '';
    return splice(start, end, `${space}${json}${lineBreak}`);
  }

  #annotateMetadata(
    parent: YAMLMap,
    own: Pair,
    metadata: YAMLMap,
    annotations: Tree,
    step: number,
  ): TextSplice[] {
    if (metadata.items.length === 0) return this.#fill(parent, own, { annotations }, step);
    const found = findPair(metadata, 'annotations', this.#document);
    if (!found) return this.#insertLast(metadata, { annotations }, step);
    const { pair, merged } = found;
    if (merged) {
      return this.#insertLast(metadata, { annotations: { ...this.#plain(pair), ...annotations } }, step);
    }
    if (isAlias(pair.value)) return this.#extendAlias(metadata, pair, annotations, step);
    if (!isMap(pair.value)) return this.#fill(metadata, pair, annotations, step);
    if (this.#aliased.has(pair.value)) return this.#wrap(metadata, pair, pair.value, annotations);
    if (pair.value.items.length === 0) return this.#fill(metadata, pair, annotations, step);
    return this.#setKeys(pair.value, annotations, step);
  }

  #setKeys(map: YAMLMap, annotations: Tree, step: number): TextSplice[] {
    const splices: TextSplice[] = [];
    const added: [string, unknown][] = [];
    for (const [key, value] of Object.entries(annotations)) {
      const found = findPair(map, key, this.#document);
      if (found && !found.merged) splices.push(...this.#replace(map, found.pair, String(value)));
      else added.push([key, value]);
    }
    if (added.length > 0) splices.push(...this.#insertLast(map, Object.fromEntries(added), step));
    return splices;
  }

  #replace(map: YAMLMap, pair: Pair, value: string): TextSplice[] {
    const { value: node } = pair;
    const text = this.#scalar(map, node, value);
    if (!isWritten(pair) || !(isScalar(node) || isAlias(node))) {
      const end = pairEnd(pair);
      return splice(end, end, hasColon(pair) ? ` ${text}` : `: ${text}`);
    }
    const [start, end] = node.range ?? [0, 0];
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
    const endsLine = isBlock && this.#text[end - 1] === '\n';
    return splice(start, end, endsLine ? text + lineBreakAt(this.#text, start) : text);
  }

  #scalar(map: YAMLMap, old: unknown, value: string): string {
    const type = isScalar(old) ? old.type : undefined;
    if (type === 'QUOTE_SINGLE' && !value.includes("'")) return `'${value}'`;
    return map.flow || type === 'QUOTE_DOUBLE' ? quote(value) : blockScalar(value);
  }

  /** Adds items behind the last pair of a map that has pairs. */
  #insertLast(map: YAMLMap, tree: Tree, step: number): TextSplice[] {
    const pairs = pairsOf(map);
    if (map.flow) {
      const last = pairs.at(-1);
      const style = flowStyleOf(map, this.#text);
      const gap = style.lineStart || (style.colon === ':' ? '' : ' ');
      const at = last ? pairEnd(last) : (map.range?.[0] ?? 0) + 1;
      const space = last && !isWritten(last) && hasColon(last) ? ' ' : '';
      return splice(at, at, `${space}${last ? `,${gap}` : ''}${flowItems(tree, style)}`);
    }
    for (const pair of pairs.toReversed()) {
      const at = lastLineOf(pair, this.#text);
      if (at !== undefined) return this.#insertLines(at, blockLines(tree, indentOf(map), step));
    }
    return this.#insertFirst(map, tree, step);
  }

  /** Adds items before the first pair of a map that has pairs. */
  #insertFirst(map: YAMLMap, tree: Tree, step: number): TextSplice[] {
    const [first] = pairsOf(map);
    const at = (first && pairStart(first)) ?? (map.range?.[0] ?? 0) + 1;
    if (map.flow) {
      const style = flowStyleOf(map, this.#text);
      const gap = style.lineStart || (style.colon === ':' ? '' : ' ');
      return splice(at, at, `${flowItems(tree, style)}${first ? `,${gap}` : ''}`);
    }
    const indent = indentOf(map);
    const lines = [...blockLines(tree, indent, step), ' '.repeat(indent)];
    return splice(at, at, lines.join(lineBreakAt(this.#text, at)).slice(indent));
  }

  /** Gives a pair whose value is null, absent or an empty map the items of `tree`. */
  #fill(parent: YAMLMap, pair: Pair, tree: Tree, step: number): TextSplice[] {
    const { value } = pair;
    const end = pairEnd(pair);
    const range = isMap(value) ? value.range : undefined;
    const isBareMap = range != null && /^\{[ \t]*\}$/.test(this.#text.slice(range[0], range[1]));
    if (range && (parent.flow || !isBareMap)) {
      const style = flowStyleOf(parent, this.#text);
      const inner = style.lineStart ? { ...style, lineStart: style.lineStart + style.unit } : style;
      const items = `${inner.lineStart}${flowItems(tree, inner)}${style.lineStart}`;
      return splice(range[0] + 1, range[0] + 1, items);
    }
    const start = propertiesOf(pair)?.end ?? colonEnd(pair);
    if (parent.flow) {
      const { colon, ...style } = flowStyleOf(parent, this.#text);
      const text = flowMap(tree, { ...style, colon });
      const space = isKeyQuoted(pair) ? colon.slice(1) : ' ';
      return splice(start, end, `${hasColon(pair) ? '' : ':'}${space}${text}`);
    }
    return [
      ...splice(start, end, hasColon(pair) ? '' : ':'),
      ...this.#insertLines(lineEnd(this.#text, end), blockLines(tree, indentOf(parent) + step, step)),
    ];
  }

  /** Makes `key: *anchor` a map of its own that merges what the anchor has. */
  #extendAlias(parent: YAMLMap, pair: Pair, tree: Tree, step: number): TextSplice[] {
    const [start, end] = (isAlias(pair.value) && pair.value.range) || [0, 0];
    const alias = this.#text.slice(start, end);
    if (parent.flow) {
      const style = { ...flowStyleOf(parent, this.#text), lineStart: '' };
      return splice(start, end, `{<<: ${alias} , ${flowItems(tree, style)}}`);
    }
    const indent = indentOf(parent) + step;
    return [
      ...splice(colonEnd(pair), end, ''),
      ...this.#insertLines(lineEnd(this.#text, end), [
        `${' '.repeat(indent)}<<: ${alias}`,
        ...blockLines(tree, indent, step),
      ]),
    ];
  }

  /** Puts an annotations map that aliases repeat into one of this pod's own, which merges it. */
  #wrap(parent: YAMLMap, pair: Pair, map: YAMLMap, tree: Tree): TextSplice[] {
    const properties = propertiesOf(pair);
    const [start, end] = map.range ?? [0, 0];
    const from = properties?.start ?? start;
    if (map.flow) {
      const style = { ...flowStyleOf(map, this.#text), lineStart: '' };
      return [...splice(from, from, '{<<: '), ...splice(end, end, `, ${flowItems(tree, style)}}`)];
    }
    const indent = indentOf(parent) + 1;
    if (!properties || indentOf(map) <= indent) {
      throw this.#sharedError(pair, 'has no room for a map around it');
    }
    return [
      ...splice(colonEnd(pair), properties.end, ''),
      ...this.#insertLines(lineEnd(this.#text, properties.end), [
        ...blockLines(tree, indent, 1),
        `${' '.repeat(indent)}<<: ${this.#text.slice(properties.start, properties.end)}`,
      ]),
    ];
  }

  #sharedError(pair: Pair, why: string): MountHintsError {
    return this.#source.error(
      'MH_MANIFEST_SHARED',
      offsetOf(pair) ?? 0,
      `this part of a pod is shared by an anchor, and ${why}`,
      'Write the annotations of the pod out, without the anchor.',
    );
  }

  #plain(pair: Pair): Tree {
    return (plainValue(pair.value, this.#document, this.#source) ?? {}) as Tree;
  }

  #annotated(pair: Pair, annotations: Tree): Tree {
    const metadata = this.#plain(pair);
    return { ...metadata, annotations: { ...(metadata.annotations as Tree | undefined), ...annotations } };
  }

  #insertLines(at: number, lines: readonly string[]): TextSplice[] {
    const lineBreak = lineBreakAt(this.#text, at);
    return splice(at, at, lines.map((line) => lineBreak + line).join(''));
  }
}
