import type { Node, Pair, YAMLMap } from 'yaml';
import { CST, isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { FlowStyle } from './write-yaml.ts';
import { pairsOf } from './yaml-nodes.ts';

type Item = Partial<CST.CollectionItem>;

/** Where things begin and end in a document's text. The nodes come from a parse that kept its tokens. */

const TRIVIA: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'comma']);

function itemOf(pair: Pair): Item {
  return (pair.srcToken ?? {}) as Item;
}

function lastSolid(tokens: readonly CST.SourceToken[] | undefined): CST.SourceToken | undefined {
  return tokens?.findLast((token) => !TRIVIA.has(token.type));
}

/** The column of the items of a block map. */
export function indentOf(map: YAMLMap): number {
  return (map.srcToken as CST.BlockMap | undefined)?.indent ?? 0;
}

/** How much deeper the maps in a block map stand; `fallback` if it has none. */
export function stepOf(map: YAMLMap, fallback: number): number {
  if (map.flow) return fallback;
  for (const { value } of pairsOf(map)) {
    const step = isMap(value) && !value.flow ? indentOf(value) - indentOf(map) : 0;
    if (step > 0) return step;
  }
  return fallback;
}

/** The first character of a pair: of its `?`, its anchor or tag, or its key. */
export function pairStart(pair: Pair): number | undefined {
  const { start, key, sep } = itemOf(pair);
  const solid = start?.find((token) => !TRIVIA.has(token.type));
  return (solid ?? key ?? sep?.[0])?.offset;
}

/** Whether the pair has a colon. */
export function hasColon(pair: Pair): boolean {
  return itemOf(pair).sep?.some((token) => token.type === 'map-value-ind') ?? false;
}

/** Behind the colon of a pair; behind its key where it has none. */
export function colonEnd(pair: Pair): number {
  const colon = itemOf(pair).sep?.find((token) => token.type === 'map-value-ind');
  return colon ? colon.offset + 1 : keyEnd(pair);
}

function keyEnd(pair: Pair): number {
  return (pair.key as Node | null)?.range?.[1] ?? pairStart(pair) ?? 0;
}

/** The anchor and the tag of a pair's value: from the first to the last of them; `undefined` if it has neither. */
export function propertiesOf(pair: Pair): { start: number; end: number } | undefined {
  const properties =
    itemOf(pair).sep?.filter((token) => token.type === 'anchor' || token.type === 'tag') ?? [];
  const first = properties[0];
  const last = properties.at(-1);
  return first && last && { start: first.offset, end: last.offset + last.source.length };
}

/** The token of a value that is written out. In a flow map an absent one has a token too, an empty one. */
function valueToken(pair: Pair): CST.Token | undefined {
  const { value } = itemOf(pair);
  return value?.type === 'scalar' && value.source === '' ? undefined : (value ?? undefined);
}

/** Where a value ends; a list where only a key may stand has its tokens, and no node. */
function endOf(value: Node | null, token: CST.Token): number {
  return value?.range?.[1] ?? token.offset + CST.stringify(token).trimEnd().length;
}

/** Behind what a pair writes: its value, or without one its properties, colon or key. */
export function pairEnd(pair: Pair): number {
  const value = valueToken(pair);
  if (value) return endOf(pair.value as Node | null, value);
  const solid = lastSolid(itemOf(pair).sep);
  return solid ? solid.offset + solid.source.length : keyEnd(pair);
}

/** Whether a pair has a value that is written out, be it `null`. */
export function isWritten(pair: Pair): boolean {
  return valueToken(pair) !== undefined;
}

/** Whether the key of a pair is in quotes: only then may a value follow its colon without a space. */
export function isKeyQuoted(pair: Pair): boolean {
  return isScalar(pair.key) && (pair.key.type === 'QUOTE_DOUBLE' || pair.key.type === 'QUOTE_SINGLE');
}

/** The end of the line that `offset` is on: before its line break. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline === -1) return text.length;
  return text[newline - 1] === '\r' && newline > offset ? newline - 1 : newline;
}

/** The line break that is used around `offset`. */
export function lineBreakAt(text: string, offset: number): string {
  const after = text.indexOf('\n', offset);
  const newline = after === -1 ? text.lastIndexOf('\n') : after;
  return newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n';
}

function isBlockScalar(node: Node): boolean {
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
}

/** Where the last line of a value ends, if lines may be added there. */
function lastLineEnd(value: unknown, end: number, text: string): number | undefined {
  if ((isMap(value) || isSeq(value)) && !value.flow) {
    const last = value.items.at(-1);
    if (isPair(last)) return lastLineOf(last, text);
    return isAlias(last) || isScalar(last) || isMap(last) || isSeq(last)
      ? lastLineEnd(last, last.range?.[1] ?? end, text)
      : undefined;
  }
  if (isScalar(value) && isBlockScalar(value)) return undefined;
  const line = lineEnd(text, end);
  return /^[ \t]*(?:#.*)?$/.test(text.slice(end, line)) ? line : undefined;
}

/**
 * The end of the line after which a block map may go on behind `pair`; `undefined` behind a block scalar,
 * whose end would be part of its text.
 */
export function lastLineOf(pair: Pair, text: string): number | undefined {
  return lastLineEnd(isWritten(pair) ? pair.value : undefined, pairEnd(pair), text);
}

/** How a flow map is laid out. */
export function flowStyleOf(map: YAMLMap, text: string): FlowStyle {
  const pairs = pairsOf(map);
  const [first] = pairs;
  const start = map.range?.[0] ?? 0;
  const opening = first ? text.slice(start + 1, pairStart(first)) : '';
  const lineStart = /^\s*\n[ \t]*$/.test(opening) ? opening.slice(opening.lastIndexOf('\n') + 1) : undefined;
  const closing = text.slice(text.lastIndexOf('\n', (map.range?.[1] ?? 0) - 1) + 1, map.range?.[1]);
  const outer = /^[ \t]*/.exec(closing)?.[0] ?? '';
  const isCompact = pairs.some((pair) => hasColon(pair) && /\S/.test(text[colonEnd(pair)] ?? ' '));
  const plainKeys = pairs.length > 0 && pairs.every(({ key }) => isScalar(key) && key.type === 'PLAIN');
  return {
    lineStart: lineStart === undefined ? '' : lineBreakAt(text, start) + lineStart,
    unit: lineStart?.startsWith(outer) && lineStart !== outer ? lineStart.slice(outer.length) : '  ',
    // A plain key and its colon need a space behind them.
    colon: isCompact && !plainKeys ? ':' : ': ',
    plainKeys,
  };
}
