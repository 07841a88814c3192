import { safeJson } from '../../domain/text/safe-json.ts';

/** How pieces of a document are written, so that they look like what stands around them. */

/** A plain value to write: texts, maps of them, and for what is copied anything that JSON has. */
export type Tree = Readonly<Record<string, unknown>>;

/** The look of a flow map (and of JSON): between its items, between key and value, and how keys are written. */
export interface FlowStyle {
  /** The line break and indentation before each item; empty for items on one line. */
  readonly lineStart: string;
  /** What one more level is indented by. */
  readonly unit: string;
  /** `': '`, or `':'` in compact JSON. */
  readonly colon: string;
  readonly plainKeys: boolean;
}

const PLAIN = /^[A-Za-z][\w./,=-]*$/;
const PLAIN_IN_FLOW = /^[A-Za-z][\w./=-]*$/;
/** Words that some reader takes for a boolean or null (YAML 1.1). */
const WORD = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

/** A value as JSON, which YAML reads too: a byte order mark, which some of its readers refuse, is escaped. */
export function quotedValue(value: unknown): string {
  return safeJson(value ?? null);
}

/** A text in double quotes, which both YAML and JSON read. */
export function quote(text: string): string {
  return quotedValue(text);
}

/** A text for a block map: without quotes where nobody could misread it. */
export function blockScalar(text: string): string {
  return PLAIN.test(text) && !WORD.test(text) ? text : quote(text);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The lines of a block map, without line breaks. */
export function blockLines(tree: Tree, indent: number, step: number): string[] {
  const space = ' '.repeat(indent);
  return Object.entries(tree).flatMap(([key, value]) => {
    const start = `${space}${blockScalar(key)}:`;
    if (typeof value === 'string') return [`${start} ${blockScalar(value)}`];
    if (!isTree(value)) return [`${start} ${quotedValue(value)}`];
    const lines = blockLines(value, indent + step, step);
    return lines.length > 0 ? [start, ...lines] : [`${start} {}`];
  });
}

/** A key and its value for a flow map. */
function flowItem(key: string, value: unknown, style: FlowStyle): string {
  const name = style.plainKeys && PLAIN_IN_FLOW.test(key) && !WORD.test(key) ? key : quote(key);
  return `${name}${style.colon}${isTree(value) ? flowMap(value, style) : quotedValue(value)}`;
}

/** Items for a flow map, with commas between them. */
export function flowItems(tree: Tree, style: FlowStyle): string {
  const between = style.lineStart || (style.colon === ':' ? '' : ' ');
  return Object.entries(tree)
    .map(([key, value]) => flowItem(key, value, style))
    .join(`,${between}`);
}

/** A flow map that begins where an item of a map of this style stands. */
export function flowMap(tree: Tree, style: FlowStyle): string {
  if (!style.lineStart) return `{${flowItems(tree, style)}}`;
  const inner = { ...style, lineStart: style.lineStart + style.unit };
  return `{${inner.lineStart}${flowItems(tree, inner)}${style.lineStart}}`;
}
