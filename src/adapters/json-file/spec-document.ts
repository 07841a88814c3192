import { isAscii } from 'node:buffer';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { OciSpec } from '../../domain/sandbox-spec.ts';
import {
  type Element,
  elementsOf,
  isListAt,
  isObjectAt,
  type JsonText,
  type Member,
  membersOf,
  type Span,
  skipNested,
  skipSpace,
  skipValue,
} from './scan-json.ts';

/** The members of an object in the text, and where the object stands. */
export interface ObjectPlace extends Span {
  readonly members: readonly Member[];
}

/** An OCI spec's text with the places that an edit can touch. */
export interface SpecDocument extends JsonText {
  readonly spec: OciSpec;
  readonly root: ObjectPlace;
  /** Absent where the text has no `annotations`, or null. */
  readonly annotations: Span | undefined;
  /** The elements of `mounts`; one that is null is no object. */
  readonly mounts: readonly Span[];
}

const SPEC_FIELDS = ['annotations', 'mounts'];
const MOUNT_FIELDS = ['destination', 'type', 'source', 'options'];

/** Line and column of a position, both from 1; the column counts bytes. */
function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  return { line, column: position - before.lastIndexOf('\n') };
}

function at(text: string, position: number): string {
  const { line, column } = lineAndColumn(text, position);
  return `line ${line}, column ${column}`;
}

function notJson(location: string, text: string, cause: Error): MountHintsError {
  const position = /position (\d+)/.exec(cause.message)?.[1];
  const where =
    position !== undefined ? ` at ${at(text, Number(position))}` : text.trim() === '' ? ': it is empty' : '';
  const next = /^\s*($|[{[])/.test(text)
    ? 'Write it anew; a half-written file says that what wrote it was interrupted.'
    : 'Give the config.json of a bundle; manifests are for "mount-hints annotate", "explain" and "check".';
  return new MountHintsError(
    'MH_SPEC_NOT_JSON',
    `${location} is not JSON${where} (${cause.message}). ${next}`,
    {
      location,
      ...(position !== undefined && lineAndColumn(text, Number(position))),
    },
    cause,
  );
}

function parse(location: string, bytes: Buffer, latin1: string): OciSpec {
  try {
    return JSON.parse(isAscii(bytes) ? latin1 : bytes.toString('utf8'));
  } catch (error) {
    throw notJson(location, latin1, error as Error);
  }
}

function isOtherSpelling(name: string, fields: readonly string[]): boolean {
  return (
    !fields.includes(name) && fields.some((field) => field.length === name.length && field === foldCase(name))
  );
}

/**
 * Whether {@link refuseAmbiguity} has to look, told without finding the names in the text: JSON.parse kept
 * fewer members than the text has, or a name is not what Go makes of it.
 */
function isSuspicious(parsed: object | null, commas: number, fields: readonly string[]): boolean {
  const names = Object.keys(parsed ?? {});
  if (commas > 0 && names.length !== commas + 1) return true;
  return names.some((name) => !name.isWellFormed() || isOtherSpelling(name, fields));
}

/** Go's `encoding/json` takes a name for a field when they are equal but for case, by Unicode's simple folding. */
function foldCase(name: string): string {
  return name.toLowerCase().replaceAll('ſ', 's');
}

/**
 * Refuses what Go reads otherwise than JSON.parse: a name that stands twice, and another spelling of a
 * field that the rewrite reads.
 */
function refuseAmbiguity(
  location: string,
  text: string,
  where: string,
  members: readonly Member[],
  fields: readonly string[],
): void {
  const seen = new Set<string>();
  for (const { name, key } of members) {
    // Go reads a lone surrogate as U+FFFD, so that two names may become one.
    const read = name.toWellFormed();
    if (seen.has(read)) {
      throw new MountHintsError(
        'MH_SPEC_DUPLICATE_KEY',
        `${location}: ${JSON.stringify(name)} stands twice in ${where}, the second time at ${at(text, key.start)}. Programs differ in which they believe: remove one.`,
        { location, name, where, ...lineAndColumn(text, key.start) },
      );
    }
    seen.add(read);
    if (fields.includes(name)) continue;
    const field = fields.length > 0 && fields.find((known) => known === foldCase(name));
    if (!field) continue;
    throw new MountHintsError(
      'MH_SPEC_CASE_VARIANT',
      `${location}: ${JSON.stringify(name)} in ${where} at ${at(text, key.start)} is read as "${field}" by runsc and by nobody else. Spell it "${field}".`,
      { location, name, where, field, ...lineAndColumn(text, key.start) },
    );
  }
}

/** The object that begins at `start`; `depth` is how many levels lie around it. */
export function placeObject(json: JsonText, start: number, depth: number): ObjectPlace {
  const { members, end } = membersOf(json, start, depth);
  return { start, end, members };
}

/**
 * Reads the bytes of a `config.json`.
 *
 * @param location what the bytes are called in errors.
 * @throws MH_SPEC_BOM, MH_SPEC_NOT_JSON, MH_SPEC_SHAPE, MH_SPEC_TOO_DEEP, MH_SPEC_DUPLICATE_KEY,
 *   MH_SPEC_CASE_VARIANT
 */
export function readSpecDocument(location: string, bytes: Buffer): SpecDocument {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw new MountHintsError(
      'MH_SPEC_BOM',
      `${location} begins with a byte order mark, which JSON does not allow and runsc refuses. Save it as UTF-8 without one.`,
      { location },
    );
  }
  const text = bytes.toString('latin1');
  const json = { bytes, text };
  const spec = parse(location, bytes, text);
  const start = skipSpace(bytes, 0);
  if (!isObjectAt(bytes, start)) {
    throw new MountHintsError(
      'MH_SPEC_SHAPE',
      `${location} is JSON but not an object, so it is no OCI runtime spec. Give a bundle directory or its config.json.`,
      { location, where: 'the document' },
    );
  }
  const { root, annotations, mounts } = placeRoot(json, start);
  refuseAmbiguity(location, text, 'the spec', root.members, SPEC_FIELDS);
  if (annotations) checkAnnotations(location, json, spec, annotations);
  checkMounts(location, json, spec, mounts);
  return { bytes, text, spec, root, annotations, mounts };
}

/** The spec's object, and of its annotations and mounts what the checks and the edits start from: in one pass. */
function placeRoot(json: JsonText, start: number) {
  let annotations: Element | undefined;
  let mounts: readonly Element[] = [];
  const { members, end } = membersOf(json, start, 0, (bytes, from, depth, name) => {
    if (name === 'annotations' && isObjectAt(bytes, from)) {
      annotations = { start: from, ...skipNested(bytes, from, depth) };
      return annotations.end;
    }
    if (name !== 'mounts' || !isListAt(bytes, from)) return skipValue(bytes, from, depth);
    const list = elementsOf(bytes, from, depth);
    mounts = list.elements;
    return list.end;
  });
  return { root: { start, end, members }, annotations, mounts };
}

function checkAnnotations(location: string, json: JsonText, { annotations }: OciSpec, place: Element): void {
  if (!isSuspicious(annotations ?? null, place.commas, [])) return;
  refuseAmbiguity(location, json.text, 'annotations', placeObject(json, place.start, 1).members, []);
}

function checkMounts(
  location: string,
  json: JsonText,
  { mounts }: OciSpec,
  places: readonly Element[],
): void {
  for (const [index, { start, commas }] of places.entries()) {
    if (!isObjectAt(json.bytes, start)) continue;
    if (!isSuspicious(mounts?.[index] ?? null, commas, MOUNT_FIELDS)) continue;
    const { members } = placeObject(json, start, 2);
    refuseAmbiguity(location, json.text, `mounts[${index}]`, members, MOUNT_FIELDS);
  }
}
