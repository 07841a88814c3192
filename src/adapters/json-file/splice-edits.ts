import type { ChangeMount, Edit, SetAnnotation } from '../../domain/edits.ts';
import {
  decodeString,
  elementsOf,
  isListAt,
  type JsonText,
  type Member,
  membersOf,
  type Span,
} from './scan-json.ts';
import { type ObjectPlace, placeObject, type SpecDocument } from './spec-document.ts';

/** A range of the text and what stands there instead. */
interface Splice extends Span {
  readonly text: string;
}

/** White space of a layout: before a member or element, and after a colon. */
interface Layout {
  readonly gap: string;
  readonly colon: string;
}

/** Texts that stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as JSON, in the file's bytes seen as latin1. */
function encode(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : Buffer.from(JSON.stringify(value), 'utf8').toString('latin1');
}

function encodeList(values: readonly string[]): string {
  return `[${values.map(encode).join(',')}]`;
}

function gapBefore(text: string, position: number): string {
  let start = position;
  while (text.charCodeAt(start - 1) <= 0x20) start--;
  return text.slice(start, position);
}

function colonOf(text: string, member: Member): string {
  return text.slice(member.key.end, member.value.start);
}

/** The layout of an object's members, from its last one; `undefined` for an empty object. */
function layoutOf(text: string, { members }: ObjectPlace): Layout | undefined {
  const last = members.at(-1);
  return last && { gap: gapBefore(text, last.key.start), colon: colonOf(text, last) };
}

const COMPACT: Layout = { gap: '', colon: ':' };

/** The layout one level further in: a line break with an indentation gets the same indentation again. */
function nested({ gap, colon }: Layout): Layout {
  const indentation = /\n([ \t]*)$/.exec(gap)?.[1];
  return { gap: indentation === undefined ? gap : gap + indentation, colon };
}

function member(layout: Layout, name: string, value: string): string {
  return `${layout.gap}${encode(name)}${layout.colon}${value}`;
}

/** Puts new members behind the last one of an object; in an empty one, `closing` stands before its brace. */
function addMembers(
  object: ObjectPlace,
  layout: Layout,
  closing: string,
  added: readonly [string, string][],
): Splice {
  const list = added.map(([name, value]) => member(layout, name, value)).join(',');
  const last = object.members.at(-1);
  if (last) return { start: last.value.end, end: last.value.end, text: `,${list}` };
  return { start: object.start + 1, end: object.end - 1, text: list + closing };
}

function annotationSplices(document: SpecDocument, edits: readonly SetAnnotation[]): Splice[] {
  if (edits.length === 0) return [];
  const { text, root } = document;
  const annotations = document.annotations && placeObject(document, document.annotations.start, 1);
  const places = new Map(annotations?.members.map((each) => [each.name, each.value]));
  const splices: Splice[] = [];
  const added: [string, string][] = [];
  for (const { key, value } of edits) {
    const place = places.get(key);
    if (place) splices.push({ ...place, text: encode(value) });
    else added.push([key, encode(value)]);
  }
  if (added.length === 0) return splices;
  const rootLayout = layoutOf(text, root) ?? COMPACT;
  const layout = (annotations && layoutOf(text, annotations)) ?? nested(rootLayout);
  if (annotations) return [...splices, addMembers(annotations, layout, rootLayout.gap, added)];

  const object = `{${added.map(([key, value]) => member(layout, key, value)).join(',')}${rootLayout.gap}}`;
  const nothing = root.members.find((each) => each.name === 'annotations');
  if (nothing) return [{ ...nothing.value, text: object }];
  return [addMembers(root, rootLayout, '', [['annotations', object]])];
}

/** A list of strings in the layout of the one at `place`; an element that stays keeps its spelling. */
function relist({ bytes, text }: JsonText, place: Span, values: readonly string[]): string {
  const { elements } = elementsOf(bytes, place.start, 3);
  const spelt = elements.map(({ start, end }) => text.slice(start, end));
  const decoded = elements.map((each) => decodeString(text, each));
  let next = 0;
  const spell = (value: string) => {
    const at = decoded.indexOf(value, next);
    if (at === -1) return encode(value);
    next = at + 1;
    return spelt[at];
  };
  const [first, second] = elements;
  if (!first || values.length === 0) return encodeList(values);
  const lead = text.slice(place.start + 1, first.start);
  const separator = second ? gapBefore(text, second.start) : lead;
  const tail = gapBefore(text, place.end - 1);
  return `[${lead}${values.map(spell).join(`,${separator}`)}${tail}]`;
}

/** Puts what a mount's edit replaces behind `splices`. */
function spliceMount(document: SpecDocument, edit: ChangeMount, splices: Splice[]): void {
  const { bytes, text } = document;
  const start = document.mounts[edit.mount]?.start;
  if (start === undefined) return;
  const { type, options } = mountValues(document, start);
  const added: [string, string][] = [];
  if (edit.type) {
    const value = encode(edit.type.value);
    if (type) splices.push({ start: type.start, end: type.end, text: value });
    else added.push(['type', value]);
  }
  if (edit.options) {
    const isList = options !== undefined && isListAt(bytes, options.start);
    const value = isList ? relist(document, options, edit.options.value) : encodeList(edit.options.value);
    if (options) splices.push({ start: options.start, end: options.end, text: value });
    else added.push(['options', value]);
  }
  if (added.length === 0) return;
  const mount = placeObject(document, start, 2);
  splices.push(addMembers(mount, layoutOf(text, mount) ?? COMPACT, '', added));
}

/** Where the values stand that an edit can change. */
function mountValues(document: SpecDocument, start: number): { type?: Span; options?: Span } {
  const values: { type?: Span; options?: Span } = {};
  for (const { name, value } of membersOf(document, start, 2).members) {
    if (name === 'type') values.type = value;
    else if (name === 'options') values.options = value;
  }
  return values;
}

/** Cuts elements out of a list, each run of neighbours with the commas that go with it. */
function removalSplices(mounts: readonly Span[], removed: ReadonlySet<number>): Splice[] {
  const splices: Splice[] = [];
  for (let first = 0; first < mounts.length; first++) {
    if (!removed.has(first)) continue;
    let last = first;
    while (removed.has(last + 1)) last++;
    const before = mounts[first - 1];
    const after = mounts[last + 1];
    const start = before ? before.end : mounts[first]?.start;
    const end = !before && after ? after.start : mounts[last]?.end;
    if (start !== undefined && end !== undefined) splices.push({ start, end, text: '' });
    first = last;
  }
  return splices;
}

function inOrder(a: Splice, b: Splice): number {
  return a.start - b.start || a.end - b.end;
}

/** The bytes with each range of the splices, which are in order, replaced. */
function spliced(bytes: Uint8Array, splices: readonly Splice[]): Buffer {
  let length = bytes.length;
  for (const { start, end, text } of splices) length += text.length - (end - start);
  const result = Buffer.allocUnsafe(length);
  let written = 0;
  let copied = 0;
  for (const { start, end, text } of splices) {
    result.set(bytes.subarray(copied, start), written);
    written += start - copied;
    written += result.write(text, written, 'latin1');
    copied = end;
  }
  result.set(bytes.subarray(copied), written);
  return result;
}

/**
 * The document's bytes with the edits made in place. Every byte that no edit names stays as it is; what is
 * new follows the layout around it.
 */
export function spliceEdits(document: SpecDocument, edits: readonly Edit[]): Buffer {
  const annotations: SetAnnotation[] = [];
  const removed = new Set<number>();
  const splices: Splice[] = [];
  for (const edit of edits) {
    if (edit.kind === 'set-annotation') annotations.push(edit);
    else if (edit.kind === 'remove-mount') removed.add(edit.mount);
    else spliceMount(document, edit, splices);
  }
  splices.push(...annotationSplices(document, annotations));
  if (removed.size > 0) splices.push(...removalSplices(document.mounts, removed));
  return spliced(document.bytes, splices.sort(inOrder));
}
