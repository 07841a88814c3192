import { isAscii } from 'node:buffer';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import {
  describeVariant,
  MOUNT_FIELDS,
  otherSpellingOf,
  SPEC_FIELDS,
} from '../../domain/spec/field-names.ts';
import type { OciSpec } from '../../domain/spec/oci-spec.ts';
import type { LoadedSpec } from '../../ports/spec-store.ts';
import {
  decodeString,
  endOfValue,
  isListAt,
  isObjectAt,
  type JsonText,
  jsonText,
  type Member,
  NotJson,
  nameOf,
  type ObjectPlace,
  placeList,
  placeObject,
  skipSpace,
  tooMany,
} from './scan-json.ts';

/** An OCI spec's text with the places that an edit can touch. */
export interface SpecDocument {
  readonly json: JsonText;
  /** The spec, parsed when it is first called. */
  readonly spec: () => OciSpec;
  /** What the rewrite reads of it. */
  readonly part: OciSpec;
  readonly root: ObjectPlace;
  /** Absent where the text has no `annotations`, or null. */
  readonly annotations: ObjectPlace | undefined;
  /** The elements of `mounts`; one that is null has no members. */
  readonly mounts: readonly ObjectPlace[];
}

/** In all mounts together; each has four that mean something. */
const MAX_MOUNT_MEMBERS = 1_000_000;
/** Parsed, each takes up some twenty times its text. */
const MAX_OBJECTS = 1_000_000;

/** Line and column of what follows `before`, both from 1, in characters. */
function lineAndColumn(before: string): { line: number; column: number } {
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

function describePlace({ line, column }: { line: number; column: number }): string {
  return `line ${line}, column ${column}`;
}

function notJson(location: string, text: string, cause: Error): MountHintsError {
  const position = /position (\d+)/.exec(cause.message)?.[1];
  const place = position === undefined ? undefined : lineAndColumn(text.slice(0, Number(position)));
  const where = place ? ` at ${describePlace(place)}` : text.trim() === '' ? ': it is empty' : '';
  const next = /^\s*($|[{[])/.test(text)
    ? 'Write it anew; a half-written file says that what wrote it was interrupted.'
    : 'Give the config.json of a bundle. A manifest\'s text is for inspectManifest() and annotateManifest(), or for "mount-hints annotate", "explain" and "check".';
  return new MountHintsError(
    'MH_SPEC_NOT_JSON',
    `${location} is not JSON${where} (${cause.message}). ${next}`,
    { location, ...place },
    cause,
  );
}

/** Why the text is not JSON, in the words of JSON.parse. */
function explainNotJson(location: string, bytes: Buffer): MountHintsError {
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    return notJson(location, text, error as Error);
  }
  return new MountHintsError(
    'MH_BUG',
    `${location} is JSON, and was taken for something else. Please report it, with the file.`,
    { location },
  );
}

/**
 * Whether {@link refuseAmbiguity} has to look, told without reading the names in the text: JSON.parse kept
 * fewer members than the text has, or a name is not what Go makes of it.
 */
function isSuspicious(
  parsed: object | null | undefined,
  { members }: ObjectPlace,
  fields: readonly string[],
): boolean {
  const names = Object.keys(parsed ?? {});
  if (names.length !== members.length) return true;
  return names.some((name) => !name.isWellFormed() || otherSpellingOf(name, fields) !== undefined);
}

/**
 * Refuses what Go reads otherwise than JSON.parse: a name that stands twice, and another spelling of a
 * field that the rewrite reads.
 */
function refuseAmbiguity(
  location: string,
  bytes: Buffer,
  where: string,
  members: readonly Member[],
  fields: readonly string[],
  names: readonly string[] = members.map((member) => nameOf(bytes, member)),
): void {
  const placeOf = ({ key }: Member) => lineAndColumn(bytes.toString('utf8', 0, key));
  const seen = new Set<string>();
  for (const [index, member] of members.entries()) {
    // Go reads a lone surrogate as U+FFFD, so that two names may become one.
    const name = names[index] ?? '';
    const read = name.toWellFormed();
    if (seen.has(read)) {
      const place = placeOf(member);
      throw new MountHintsError(
        'MH_SPEC_DUPLICATE_KEY',
        `${location}: ${JSON.stringify(name)} stands twice in ${where}, the second time at ${describePlace(place)}. Programs differ in which they believe: remove one.`,
        { location, name, where, ...place },
      );
    }
    seen.add(read);
    const field = otherSpellingOf(name, fields);
    if (field === undefined) continue;
    const place = placeOf(member);
    throw new MountHintsError(
      'MH_SPEC_CASE_VARIANT',
      `${location}: ${JSON.stringify(name)} in ${where} at ${describePlace(place)} ${describeVariant(field)}`,
      { location, name, where, field, ...place },
    );
  }
}

/**
 * Reads the bytes of a `config.json`.
 *
 * @param location what the bytes are called in errors.
 * @throws MH_SPEC_BOM, MH_SPEC_NOT_JSON, MH_SPEC_SHAPE, MH_SPEC_TOO_DEEP, MH_INPUT_TOO_LARGE, MH_SPEC_DUPLICATE_KEY,
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
  const json = jsonText(bytes);
  const { root, names, annotations, mounts } = placeSpec(location, json);
  refuseAmbiguity(location, bytes, 'the spec', root.members, SPEC_FIELDS, names);
  const spec = onDemand<OciSpec>(() => JSON.parse(bytes.toString('utf8')));
  const part = readPart(bytes, root.members, names, spec);
  if (annotations && isSuspicious(part.annotations, annotations, [])) {
    refuseAmbiguity(location, bytes, 'annotations', annotations.members, []);
  }
  for (const [index, mount] of mounts.entries()) {
    if (!isSuspicious(part.mounts?.[index], mount, MOUNT_FIELDS)) continue;
    refuseAmbiguity(location, bytes, `mounts[${index}]`, mount.members, MOUNT_FIELDS);
  }
  return { json, spec, part, root, annotations, mounts };
}

interface Places extends Omit<SpecDocument, 'json' | 'spec' | 'part'> {
  /** Of the root's members. */
  readonly names: readonly string[];
}

/** The places in the document, which is an object and JSON throughout. */
function placeSpec(location: string, json: JsonText): Places {
  const { bytes } = json;
  try {
    const start = skipSpace(bytes, 0);
    const isObject = isObjectAt(bytes, start);
    const places = isObject ? placeRoot(json, start) : undefined;
    const end = places ? places.root.end : endOfValue(json, start, 0);
    if (skipSpace(bytes, end) !== bytes.length) throw new NotJson();
    if (json.passed > MAX_OBJECTS) throw tooMany('objects and lists', MAX_OBJECTS);
    if (places) return places;
  } catch (error) {
    throw error instanceof NotJson ? explainNotJson(location, bytes) : error;
  }
  throw new MountHintsError(
    'MH_SPEC_SHAPE',
    `${location} is JSON but not an object, so it is not an OCI runtime spec. Give a bundle directory or its config.json.`,
    { location, where: 'the document' },
  );
}

/** The spec's object, and its annotations and mounts with theirs: in one pass. */
function placeRoot(json: JsonText, start: number): Places {
  const { bytes } = json;
  let annotations: ObjectPlace | undefined;
  let mounts: readonly ObjectPlace[] = [];
  const names: string[] = [];
  const root = placeObject(json, start, 0, (_, from, depth, key, keyEnd) => {
    const name = decodeString(bytes, key, keyEnd);
    names.push(name);
    if (name === 'annotations' && isObjectAt(bytes, from)) {
      annotations = placeObject(json, from, depth);
      return annotations.end;
    }
    if (name === 'mounts' && isListAt(bytes, from)) {
      const list = placeList(json, from, depth, mountPlacer());
      mounts = list.elements;
      return list.end;
    }
    return endOfValue(json, from, depth);
  });
  return { root, names, annotations, mounts };
}

/** Places mounts, and counts their members. */
function mountPlacer() {
  let members = 0;
  return (json: JsonText, start: number, depth: number): ObjectPlace => {
    const mount = placeMount(json, start, depth);
    members += mount.members.length;
    if (members > MAX_MOUNT_MEMBERS) throw tooMany('members in its mounts', MAX_MOUNT_MEMBERS);
    return mount;
  };
}

function placeMount(json: JsonText, start: number, depth: number): ObjectPlace {
  if (isObjectAt(json.bytes, start)) return placeObject(json, start, depth);
  return { start, end: endOfValue(json, start, depth), members: [] };
}

/** What the rewrite reads of the spec; all of what may be a manifest, which is refused by its other fields. */
function readPart(
  bytes: Buffer,
  members: readonly Member[],
  names: readonly string[],
  whole: () => OciSpec,
): OciSpec {
  if (names.includes('apiVersion') || names.includes('metadata')) return whole();
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  const field = (name: string) => {
    const member = members[names.indexOf(name)];
    return member && JSON.parse(bytes.toString(encoding, member.start, member.end));
  };
  return {
    annotations: field('annotations'),
    mounts: field('mounts'),
    get linux() {
      return whole().linux ?? null;
    },
  };
}

/** What `make` makes, made when it is first asked for. */
function onDemand<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a store gives for a document that it read; `kept` is what the store itself needs to save it. */
export function loadedSpec(
  location: string,
  { spec, part }: SpecDocument,
  kept: unknown,
  { file, otherNames = 0 }: Pick<LoadedSpec, 'file' | 'otherNames'> = {},
): LoadedSpec {
  return {
    location,
    ...(file !== undefined && { file }),
    part,
    otherNames,
    get spec() {
      return spec();
    },
    document: kept,
  };
}
