import { isAscii } from 'node:buffer';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import type { OciSpec } from '../../domain/sandbox-spec.ts';
import { elementsOf, isObjectAt, type Member, membersOf, type Span, skipSpace } from './scan-json.ts';

/** The members of an object in the text, and where the object stands. */
export interface ObjectPlace extends Span {
  readonly members: readonly Member[];
}

/** A mount in the text; `null` in the list has no members. */
export type MountPlace = ObjectPlace;

/** An OCI spec's text with the places that an edit can touch. `text` is the latin1 view of its bytes. */
export interface SpecDocument {
  readonly text: string;
  readonly spec: OciSpec;
  readonly root: ObjectPlace;
  /** Absent where the text has no `annotations`, or null. */
  readonly annotations: ObjectPlace | undefined;
  readonly mounts: readonly MountPlace[];
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
  return new MountHintsError(
    'MH_SPEC_NOT_JSON',
    `${location} is not JSON${where} (${cause.message}). Write it anew; a half-written file says that what wrote it was interrupted.`,
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

function spanOf(members: readonly Member[], name: string): Span | undefined {
  return members.find((member) => member.name === name)?.value;
}

function placeObject(text: string, start: number, depth: number): ObjectPlace {
  const { members, end } = membersOf(text, start, depth);
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
  const spec = parse(location, bytes, text);
  const start = skipSpace(text, 0);
  if (!isObjectAt(text, start)) {
    throw new MountHintsError(
      'MH_SPEC_SHAPE',
      `${location} is JSON but not an object, so it is no OCI runtime spec. Give a bundle directory or its config.json.`,
      { location, where: 'the document' },
    );
  }
  const root = placeObject(text, start, 0);
  refuseAmbiguity(location, text, 'the spec', root.members, SPEC_FIELDS);
  return {
    text,
    spec,
    root,
    annotations: placeAnnotations(location, text, root.members),
    mounts: placeMounts(location, text, root.members),
  };
}

function placeAnnotations(
  location: string,
  text: string,
  members: readonly Member[],
): ObjectPlace | undefined {
  const value = spanOf(members, 'annotations');
  if (!value || !isObjectAt(text, value.start)) return undefined;
  const place = placeObject(text, value.start, 1);
  refuseAmbiguity(location, text, 'annotations', place.members, []);
  return place;
}

function placeMounts(location: string, text: string, members: readonly Member[]): MountPlace[] {
  const value = spanOf(members, 'mounts');
  if (!value || text[value.start] !== '[') return [];
  return elementsOf(text, value.start, 1).map((element, index) => {
    if (!isObjectAt(text, element.start)) return { ...element, members: [] };
    const mount = placeObject(text, element.start, 2);
    refuseAmbiguity(location, text, `mounts[${index}]`, mount.members, MOUNT_FIELDS);
    return mount;
  });
}
