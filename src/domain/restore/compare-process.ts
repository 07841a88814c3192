import { shapeError } from '../spec/read-spec.ts';
import { type GoShape, goText, isObject, ownField, type SpecPassage } from './go-shape.ts';
import type { RestoreDifference, RestoreRule } from './restore-difference.ts';
import type { ProgramRule, RestoreRules } from './restore-rules.ts';
import { sameSet } from './same-set.ts';
import { NEW_IN_PROCESS, REST_OF_PROCESS, RLIMIT, USER } from './spec-shapes.ts';

/** Two values of one field, and how the spec to restore came to runsc. */
export interface FieldPair {
  readonly where: string;
  readonly checkpoint: unknown;
  readonly restore: unknown;
  readonly passage: SpecPassage;
}

/** A field of an object that may be absent. */
function fieldIn(value: unknown, name: string, where: string): unknown {
  if (value === undefined || value === null || isObject(value)) return ownField(value, name);
  throw shapeError(where, value, 'an object');
}

/**
 * A field of two objects.
 *
 * @throws MH_SPEC_SHAPE if one is neither an object nor absent.
 */
export function fieldOf(pair: FieldPair, name: string): FieldPair {
  const { where } = pair;
  return {
    where: where === '' ? name : `${where}.${name}`,
    checkpoint: fieldIn(pair.checkpoint, name, where),
    restore: fieldIn(pair.restore, name, where),
    passage: pair.passage,
  };
}

/** The difference that a pair is. */
export function differing(
  rule: RestoreRule,
  { where, checkpoint, restore }: FieldPair,
  outcome: RestoreDifference['outcome'] = 'refused',
): RestoreDifference {
  return {
    outcome,
    rule,
    where,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(restore !== undefined && { restore }),
  };
}

/** Whether Go's `reflect.DeepEqual` holds of a pair. A checkpoint's spec has always been sent. */
export function isEqual(shape: GoShape, { where, checkpoint, restore, passage }: FieldPair): boolean {
  return goText(shape, checkpoint, 'sent', where) === goText(shape, restore, passage, where);
}

/** What differs in the rest of an object, field by field. */
export function restDifferences(
  rule: RestoreRule,
  rest: Readonly<Record<string, GoShape>>,
  pair: FieldPair,
): readonly RestoreDifference[] {
  return Object.entries(rest)
    .map(([name, shape]) => ({ shape, field: fieldOf(pair, name) }))
    .filter(({ shape, field }) => !isEqual(shape, field))
    .map(({ field }) => differing(rule, field));
}

function strings(value: unknown, where: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw shapeError(where, value, 'a list of strings');
  return value.map((each: unknown, index) => {
    if (each === null) return '';
    if (typeof each !== 'string') throw shapeError(`${where}[${index}]`, each, 'a string');
    return each;
  });
}

/** Go's `path.Clean` of a path that may be relative. */
function clean(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part === '..' && path.startsWith('/')) continue;
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + kept.join('/') || '.';
}

/** Go's `path.Join`. */
function joined(directory: string, path: string): string {
  return clean(directory === '' ? path : `${directory}/${path}`);
}

/** Go's `filepath.Base`. */
function baseName(path: string): string {
  if (path === '') return '.';
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** Source: gVisor `runsc/specutils/restore.go` (validateArgs), which had three forms. */
const SAME_PROGRAM: Readonly<Record<ProgramRule, (was: string, now: string, cwd: string) => boolean>> = {
  exact: (was, now) => was === now,
  'in-working-directory': (was, now, cwd) => {
    const [a, b] = [was, now].map((path) => path.startsWith('./'));
    if (a === b) return was === now;
    return (a ? joined(cwd, was) : was) === (b ? joined(cwd, now) : now);
  },
  'base-name': (was, now) => was === now || baseName(was) === baseName(now),
};

function argumentDifferences(
  pair: FieldPair,
  cwd: string,
  { program }: RestoreRules,
): readonly RestoreDifference[] {
  const was = strings(pair.checkpoint, pair.where);
  const now = strings(pair.restore, pair.where);
  const [oldProgram = '', ...oldRest] = was;
  const [newProgram = '', ...newRest] = now;
  const isSame =
    was.length === now.length &&
    oldRest.every((each, index) => each === newRest[index]) &&
    (was.length === 0 || SAME_PROGRAM[program](oldProgram, newProgram, cwd));
  if (!isSame) return [differing('arguments', pair)];
  if (oldProgram === newProgram) return [];
  return [
    {
      outcome: 'ignored',
      rule: 'program-path',
      where: `${pair.where}[0]`,
      checkpoint: oldProgram,
      restore: newProgram,
    },
  ];
}

const CAPABILITIES = ['bounding', 'effective', 'inheritable', 'permitted', 'ambient'] as const;
const OBJECT: GoShape = { pointer: { fields: {} } };
const SORTED: GoShape = { list: 'string' };

function sortedText({ where, checkpoint, restore, passage }: FieldPair): readonly [string, string] {
  const sorted = (value: unknown, way: SpecPassage) =>
    goText(
      SORTED,
      value === undefined || value === null ? value : [...strings(value, where)].sort(),
      way,
      where,
    );
  return [sorted(checkpoint, 'sent'), sorted(restore, passage)];
}

function capabilityDifferences(pair: FieldPair, { capabilitySets }: RestoreRules): RestoreDifference[] {
  if (!isEqual(OBJECT, pair)) return [differing('capabilities', pair)];
  return CAPABILITIES.map((name) => fieldOf(pair, name))
    .filter((field) => {
      if (capabilitySets) return !sameSet('string', field.checkpoint, field.restore, field.where);
      const [was, now] = sortedText(field);
      return was !== now;
    })
    .map((field) => differing('capabilities', field));
}

/**
 * What differs in the process.
 *
 * Source: gVisor `runsc/specutils/restore.go` (validateSpecForContainer).
 */
export function processDifferences(process: FieldPair, rules: RestoreRules): readonly RestoreDifference[] {
  const field = (name: string) => fieldOf(process, name);
  const compared = (rule: RestoreRule, shape: GoShape, name: string) =>
    isEqual(shape, field(name)) ? [] : [differing(rule, field(name))];
  const rlimits = field('rlimits');
  const cwd = field('cwd');
  return [
    ...compared('terminal', 'boolean', 'terminal'),
    ...compared('working-directory', 'string', 'cwd'),
    ...compared('user', USER, 'user'),
    ...(sameSet(RLIMIT, rlimits.checkpoint, rlimits.restore, rlimits.where)
      ? []
      : [differing('rlimits', rlimits)]),
    ...argumentDifferences(field('args'), typeof cwd.checkpoint === 'string' ? cwd.checkpoint : '', rules),
    ...capabilityDifferences(field('capabilities'), rules),
    ...restDifferences('process-field', REST_OF_PROCESS, process),
    ...(rules.comparesNewFields ? restDifferences('process-field', NEW_IN_PROCESS, process) : []),
    ...freeDifferences(process, { env: { list: 'string' } }),
  ];
}

/** What differs in fields that may. */
export function freeDifferences(
  pair: FieldPair,
  free: Readonly<Record<string, GoShape>>,
): readonly RestoreDifference[] {
  return Object.entries(free)
    .map(([name, shape]) => ({ shape, field: { ...fieldOf(pair, name), passage: 'sent' as const } }))
    .filter(({ shape, field }) => !isEqual(shape, field))
    .map(({ field }) => differing('free-field', field, 'ignored'));
}
