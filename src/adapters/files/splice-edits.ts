import type { ChangeMount, Edit, RemoveAnnotation, SetAnnotation } from '../../domain/spec/edits.ts';
import {
  decodeString,
  gapBefore,
  isListAt,
  type ListPlace,
  nameOf,
  type ObjectPlace,
  placeList,
  type Span,
} from './scan-json.ts';
import type { SpecDocument } from './spec-document.ts';

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

/** The layout of an object's members, from its last one; `undefined` for an empty object. */
function layoutOf(bytes: Buffer, { members }: ObjectPlace): Layout | undefined {
  const last = members.at(-1);
  return (
    last && { gap: gapBefore(bytes, last.key), colon: bytes.toString('latin1', last.keyEnd, last.start) }
  );
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
  if (last) return { start: last.end, end: last.end, text: `,${list}` };
  return { start: object.start + 1, end: object.end - 1, text: list + closing };
}

/**
 * The names of an object's members in their order. JSON.parse keeps it, but puts names that are array
 * indexes first; where there may be such, the text is asked.
 */
function namesOf(bytes: Buffer, { members }: ObjectPlace, parsed: object): readonly string[] {
  const names = Object.keys(parsed);
  if (names.length === members.length && !/^\d/.test(names[0] ?? '')) return names;
  return members.map((each) => nameOf(bytes, each));
}

/** Puts what becomes of an object's members that are gone behind `splices`; the members that stay. */
function spliceGone(
  { bytes }: SpecDocument['json'],
  annotations: ObjectPlace,
  gone: ReadonlySet<string>,
  splices: Splice[],
): ObjectPlace {
  const members: Span[] = annotations.members.map(({ key, end }) => ({ start: key, end }));
  const removed = new Set(
    annotations.members.flatMap((each, index) => (gone.has(nameOf(bytes, each)) ? [index] : [])),
  );
  spliceRemovals(members, removed, splices);
  return { ...annotations, members: annotations.members.filter((_, index) => !removed.has(index)) };
}

function annotationSplices(
  document: SpecDocument,
  edits: readonly SetAnnotation[],
  removals: readonly RemoveAnnotation[],
): Splice[] {
  if (removals.length === 0 || !document.annotations) return setSplices(document, edits);
  const splices: Splice[] = [];
  const gone = new Set(removals.map(({ key }) => key));
  const kept = spliceGone(document.json, document.annotations, gone, splices);
  const added = edits.some(({ was }) => was === undefined);
  // With none left, what is added takes the place of them all.
  if (kept.members.length === 0 && added) return setSplices({ ...document, annotations: kept }, edits);
  return [...splices, ...setSplices(document, edits)];
}

function setSplices(document: SpecDocument, edits: readonly SetAnnotation[]): Splice[] {
  if (edits.length === 0) return [];
  const { json, root, annotations, part } = document;
  const { bytes } = json;
  const changed = edits.filter(({ was }) => was !== undefined);
  const added = edits.filter(({ was }) => was === undefined);
  const splices: Splice[] = [];
  if (annotations && changed.length > 0) {
    const indexes = new Map(
      namesOf(bytes, annotations, part.annotations ?? {}).map((name, index) => [name, index]),
    );
    for (const { key, value } of changed) {
      const place = annotations.members[indexes.get(key) ?? -1];
      if (place) splices.push({ start: place.start, end: place.end, text: encode(value) });
    }
  }
  if (added.length === 0) return splices;
  const members = added.map(({ key, value }): [string, string] => [key, encode(value)]);
  const rootLayout = layoutOf(bytes, root) ?? COMPACT;
  const layout = (annotations && layoutOf(bytes, annotations)) ?? nested(rootLayout);
  if (annotations) return [...splices, addMembers(annotations, layout, rootLayout.gap, members)];

  const object = `{${members.map(([key, value]) => member(layout, key, value)).join(',')}${rootLayout.gap}}`;
  const nothing = root.members.find((each) => nameOf(bytes, each) === 'annotations');
  if (nothing) return [{ start: nothing.start, end: nothing.end, text: object }];
  return [addMembers(root, rootLayout, '', [['annotations', object]])];
}

/** Which of a list's elements are gone in `value`; `undefined` if it is more than the list without some. */
function dropped(was: readonly string[], value: readonly string[]): ReadonlySet<number> | undefined {
  const gone = new Set<number>();
  let next = 0;
  for (let index = 0; index < was.length; index++) {
    if (next < value.length && was[index] === value[next]) next++;
    else gone.add(index);
  }
  return next === value.length ? gone : undefined;
}

/** A list of strings in the layout of the one at `place`; an element that stays keeps its spelling. */
function relist(bytes: Buffer, { start, end, elements }: ListPlace<Span>, values: readonly string[]): Splice {
  const [first, second] = elements;
  if (!first || values.length === 0) return { start, end, text: encodeList(values) };
  const decoded = elements.map((each) => decodeString(bytes, each.start, each.end));
  let next = 0;
  const spell = (value: string) => {
    const at = decoded.indexOf(value, next);
    const element = elements[at];
    if (element === undefined) return encode(value);
    next = at + 1;
    return bytes.toString('latin1', element.start, element.end);
  };
  const lead = gapBefore(bytes, first.start);
  const separator = second ? gapBefore(bytes, second.start) : lead;
  const tail = gapBefore(bytes, end - 1);
  return { start, end, text: `[${lead}${values.map(spell).join(`,${separator}`)}${tail}]` };
}

/** Puts what a list of options becomes behind `splices`. */
function spliceOptions(
  document: SpecDocument,
  place: Span,
  { was, value }: NonNullable<ChangeMount['options']>,
  splices: Splice[],
): void {
  const { bytes } = document.json;
  if (!isListAt(bytes, place.start)) {
    splices.push({ start: place.start, end: place.end, text: encodeList(value) });
    return;
  }
  const list = placeList(document.json, place.start, 3);
  const gone = value.length > 0 && list.elements.length === was.length ? dropped(was, value) : undefined;
  if (gone) spliceRemovals(list.elements, gone, splices);
  else splices.push(relist(bytes, list, value));
}

/** Puts what a mount's edit replaces behind `splices`. */
function spliceMount(document: SpecDocument, edit: ChangeMount, splices: Splice[]): void {
  const { json, mounts, part } = document;
  const mount = mounts[edit.mount];
  if (mount === undefined) return;
  const names = namesOf(json.bytes, mount, part.mounts?.[edit.mount] ?? {});
  const type = mount.members[names.indexOf('type')];
  const options = mount.members[names.indexOf('options')];
  const added: [string, string][] = [];
  if (edit.type) {
    const value = encode(edit.type.value);
    if (type) splices.push({ start: type.start, end: type.end, text: value });
    else added.push(['type', value]);
  }
  if (edit.options) {
    if (options) spliceOptions(document, options, edit.options, splices);
    else added.push(['options', encodeList(edit.options.value)]);
  }
  if (added.length > 0) splices.push(addMembers(mount, layoutOf(json.bytes, mount) ?? COMPACT, '', added));
}

/** Cuts elements out of a list, each run of neighbours with the commas that go with it. */
function spliceRemovals(elements: readonly Span[], removed: ReadonlySet<number>, splices: Splice[]): void {
  for (let first = 0; first < elements.length; first++) {
    if (!removed.has(first)) continue;
    let last = first;
    while (removed.has(last + 1)) last++;
    const before = elements[first - 1];
    const after = elements[last + 1];
    const start = before ? before.end : elements[first]?.start;
    const end = !before && after ? after.start : elements[last]?.end;
    if (start !== undefined && end !== undefined) splices.push({ start, end, text: '' });
    first = last;
  }
}

function inOrder(a: Splice, b: Splice): number {
  return a.start - b.start || a.end - b.end;
}

/** Below so many bytes, copying them one by one takes less than calling out for it. */
const FEW = 128;

function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  const length = end - start;
  if (length > FEW) to.set(from.subarray(start, end), at);
  else for (let offset = 0; offset < length; offset++) to[at + offset] = from[start + offset] ?? 0;
  return at + length;
}

/** Writes a latin1 text; where it ends. */
function write(text: string, to: Buffer, at: number): number {
  if (text.length > FEW) return at + to.write(text, at, 'latin1');
  for (let offset = 0; offset < text.length; offset++) to[at + offset] = text.charCodeAt(offset);
  return at + text.length;
}

/** The bytes with each range of the splices, which are in order, replaced. */
function spliced(bytes: Buffer, splices: readonly Splice[]): Buffer {
  let length = bytes.length;
  for (const { start, end, text } of splices) length += text.length - (end - start);
  const result = Buffer.allocUnsafe(length);
  let at = 0;
  let copied = 0;
  for (const { start, end, text } of splices) {
    at = write(text, result, copy(bytes, copied, start, result, at));
    copied = end;
  }
  copy(bytes, copied, bytes.length, result, at);
  return result;
}

/**
 * The document's bytes with the edits made in place. Every byte that no edit names stays as it is; what is
 * new follows the layout around it.
 */
export function spliceEdits(document: SpecDocument, edits: readonly Edit[]): Buffer {
  const annotations: SetAnnotation[] = [];
  const gone: RemoveAnnotation[] = [];
  const removed = new Set<number>();
  const splices: Splice[] = [];
  for (const edit of edits) {
    if (edit.kind === 'set-annotation') annotations.push(edit);
    else if (edit.kind === 'remove-annotation') gone.push(edit);
    else if (edit.kind === 'remove-mount') removed.add(edit.mount);
    else spliceMount(document, edit, splices);
  }
  splices.push(...annotationSplices(document, annotations, gone));
  if (removed.size > 0) spliceRemovals(document.mounts, removed, splices);
  return spliced(document.json.bytes, splices.sort(inOrder));
}
