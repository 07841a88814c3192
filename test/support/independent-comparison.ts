import { diffLines } from 'diff';
import { parseAllDocuments } from 'yaml';

/**
 * Compares a manifest before and after annotating, knowing nothing of how that is done: the texts by a
 * line diff whose differences may be hint annotations and what holds them, and nothing else; the objects
 * by what Kubernetes would read.
 */

/** Everything that may be added: hints, the maps around them, what separates them, a merge of what was there. */
const HINT = String.raw`"?dev\.gvisor\.(?:spec\.mount\.[a-z0-9-]+\.(?:type|share|options)|empty-dir\.[a-z0-9-]+\.force-shared)"?: ?["']?[a-z0-9,=]+["']?`;
const HOLDER = `"?(?:metadata|annotations)"?:|[{},]|<<:(?: [*&][a-z]+)?`;
/** Copies of what a merge key or an alias brought into a pod's metadata before. */
const COPIED = 'team: (?:storage|"storage"|"storage: us")';
/** What may make way: an empty value, an alias or anchor that moves into a merge key. */
const REMOVED = /^[ \t]*(?:\{ *\}|null|~|[*&][a-z]+)?[ \t]*$/;
/** On one line: a map around an alias or an anchored map, which merges it. */
const WRAPPED = new RegExp(String.raw`\{<<: ([*&][a-z]+(?: \{[^{}]*\})?) ?(?:, ${HINT})+\}`, 'g');
const ADDED = new RegExp(String.raw`^(?:\s|${HINT}|${HOLDER}|${COPIED})*$`);
/** The differing middles of two texts. */
function middles(before: string, after: string): [string, string] {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  let end = 0;
  while (end < limit - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [before.slice(start, before.length - end), after.slice(start, after.length - end)];
}

/** An insertion can begin anywhere in what it shares with its surroundings: all of these are the same one. */
function rotations(prefix: string, text: string): string[] {
  const found = [text];
  for (let back = 1; back <= prefix.length && prefix.at(-back) === text.at(-back); back++) {
    found.push(prefix.slice(-back) + text.slice(0, -back));
  }
  return found;
}

function isAllowedMiddle(removed: string, added: string): boolean {
  const [from, to] = middles(removed, added);
  const prefix = removed.slice(0, removed.indexOf(from));
  return REMOVED.test(from) && rotations(prefix, to).some((text) => ADDED.test(text));
}

/** A changed line, and new lines behind it. */
function isAllowedLine(removed: string, added: string): boolean {
  const end = added.indexOf('\n') + 1;
  if (removed.indexOf('\n') + 1 !== removed.length || end === 0) return false;
  return isAllowedMiddle(removed, added.slice(0, end)) && ADDED.test(added.slice(end));
}

function isAllowed(removed: string, added: string): boolean {
  if (!new RegExp(HINT).test(added)) return false;
  return (
    isAllowedMiddle(removed, added) ||
    isAllowedLine(removed, added) ||
    added.replace(WRAPPED, '$1').replaceAll(' ', '') === removed.replaceAll(' ', '')
  );
}

/** The differences that are not allowed; empty if only annotations were added. */
export function textDifferences(before: string, after: string): string[] {
  const problems: string[] = [];
  let removed = '';
  let added = '';
  const settle = () => {
    if (removed + added !== '' && !isAllowed(removed, added)) problems.push(`-${removed}\n+${added}`);
    removed = '';
    added = '';
  };
  for (const change of diffLines(before, after)) {
    if (change.removed) removed += change.value;
    else if (change.added) added += change.value;
    else settle();
  }
  settle();
  return problems;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsOf(text: string): Json[] {
  return parseAllDocuments(text, { merge: true, logLevel: 'silent' }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return JSON.parse(JSON.stringify(document.toJS() ?? null));
  });
}

/** Every map in the objects that is a gVisor pod. */
function podsOf(value: Json, found: { [key: string]: Json }[] = []): { [key: string]: Json }[] {
  if (Array.isArray(value)) for (const element of value) podsOf(element, found);
  if (!isObject(value)) return found;
  if (isObject(value.spec) && value.spec.runtimeClassName === 'gvisor' && value.kind !== 'Zoo')
    found.push(value);
  for (const [key, element] of Object.entries(value)) if (key !== 'metadata') podsOf(element, found);
  return found;
}

/** Takes the hints out of a pod, and what is empty without them; gives them back. */
function takeHints(pod: { [key: string]: Json }): string[] {
  const metadata = isObject(pod.metadata) ? pod.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const hints = Object.entries(annotations).filter(([key]) =>
    /^dev\.gvisor\.(?:spec\.mount|empty-dir)\./.test(key),
  );
  for (const [key] of hints) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete metadata.annotations;
  if (Object.keys(metadata).length === 0) delete pod.metadata;
  return hints.map(([key, value]) => `${key}=${value}`).sort();
}

export interface ReadManifest {
  /** The objects without any hints of gVisor pods. */
  readonly rest: Json[];
  /** The hints of each gVisor pod, sorted. */
  readonly hints: string[][];
}

/** What Kubernetes reads in a manifest, hints apart. */
export function readManifest(text: string): ReadManifest {
  const objects = objectsOf(text);
  const hints = objects.flatMap((object) => podsOf(object)).map(takeHints);
  return { rest: objects, hints };
}
