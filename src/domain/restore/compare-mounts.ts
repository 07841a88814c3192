import { cleanPath } from '../spec/clean-path.ts';
import { isBindOption, type Mount } from '../spec/mount.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import type { MemberSpec } from '../spec/read-spec.ts';
import { goTexts } from './go-shape.ts';
import type { RestoreDifference, RestoreRule } from './restore-difference.ts';
import { sameSet } from './same-set.ts';
import { ID_MAPPING } from './spec-shapes.ts';

/** A mount as runsc compares it. */
export interface ComparedMount {
  readonly mount: Mount;
  /** As runsc has it: the gofer cleans those of its own mounts. */
  readonly destination: string;
  readonly sortedOptions: string;
  readonly uidMappings: unknown;
  readonly gidMappings: unknown;
}

/** Source: gVisor `runsc/specutils` (IsGoferMount), `runsc/cmd/sandboxsetup/gofer_mount.go` (ResolveMounts). */
function destinationOf({ type, source, options, destination }: Mount): string {
  const isServedByGofer = source !== '' && (type === 'bind' || options.some(isBindOption));
  return isServedByGofer ? cleanPath(destination) : destination;
}

/** The mounts of a spec in their order. */
export function comparedMounts(read: MemberSpec, spec: OciSpec = {}): readonly ComparedMount[] {
  return read.mounts.map((mount) => ({
    mount,
    destination: destinationOf(mount),
    sortedOptions: JSON.stringify([...mount.options].sort()),
    uidMappings: spec.mounts?.[mount.index]?.uidMappings,
    gidMappings: spec.mounts?.[mount.index]?.gidMappings,
  }));
}

function placeOf({ destination }: ComparedMount): string {
  return `mounts[${JSON.stringify(destination)}]`;
}

function whole({ mount: { type, source, options } }: ComparedMount) {
  return { type, source, options };
}

function mappingTexts(mount: ComparedMount): string {
  const where = placeOf(mount);
  const texts = [mount.uidMappings, mount.gidMappings].map((list) => goTexts(ID_MAPPING, list, where));
  return JSON.stringify(texts);
}

function isTheSame(a: ComparedMount, b: ComparedMount): boolean {
  return (
    a.mount.type === b.mount.type &&
    a.mount.source === b.mount.source &&
    a.sortedOptions === b.sortedOptions &&
    mappingTexts(a) === mappingTexts(b)
  );
}

function refused(rule: RestoreRule, where: string, checkpoint: unknown, restore: unknown): RestoreDifference {
  return { outcome: 'refused', rule, where, checkpoint, restore };
}

function* differencesOf(was: ComparedMount, now: ComparedMount): Iterable<RestoreDifference> {
  const where = placeOf(now);
  if (was.mount.type !== now.mount.type)
    yield refused('mount-type', `${where}.type`, was.mount.type, now.mount.type);
  if (was.sortedOptions !== now.sortedOptions)
    yield refused('mount-options', `${where}.options`, was.mount.options, now.mount.options);
  for (const field of ['uidMappings', 'gidMappings'] as const) {
    if (!sameSet(ID_MAPPING, was[field], now[field], `${where}.${field}`))
      yield refused('mount-id-mappings', `${where}.${field}`, was[field], now[field]);
  }
  const { source: checkpoint } = was.mount;
  const { source: restore } = now.mount;
  if (checkpoint !== restore)
    yield { outcome: 'ignored', rule: 'mount-source', where: `${where}.source`, checkpoint, restore };
}

function orderDifference(
  checkpoint: readonly string[],
  restore: readonly string[],
): readonly RestoreDifference[] {
  const isSame = checkpoint.length === restore.length && checkpoint.every((each, i) => each === restore[i]);
  const isPermuted =
    checkpoint.length === restore.length && checkpoint.every((each) => restore.includes(each));
  return isSame || !isPermuted
    ? []
    : [{ outcome: 'ignored', rule: 'mount-order', where: 'mounts', checkpoint, restore }];
}

/**
 * What differs in the mounts, by destination. Of several checkpointed ones on one destination the last counts; in the
 * spec to restore all of them must be the same.
 *
 * Source: gVisor `runsc/specutils/restore.go` (validateMounts).
 */
export function mountDifferences(
  checkpoint: readonly ComparedMount[],
  restore: readonly ComparedMount[],
): readonly RestoreDifference[] {
  const old = new Map(checkpoint.map((mount) => [mount.destination, mount]));
  const met = new Map<string, ComparedMount>();
  const differences: RestoreDifference[] = [];
  for (const mount of restore) {
    const was = old.get(mount.destination);
    const first = met.get(mount.destination);
    if (was === undefined) {
      if (first === undefined)
        differences.push({
          outcome: 'refused',
          rule: 'mount-added',
          where: placeOf(mount),
          restore: whole(mount),
        });
    } else if (first === undefined) differences.push(...differencesOf(was, mount));
    else if (!isTheSame(first, mount))
      differences.push(refused('mount-twice', placeOf(mount), whole(first), whole(mount)));
    if (first === undefined) met.set(mount.destination, mount);
  }
  for (const [destination, mount] of old) {
    if (!met.has(destination))
      differences.push({
        outcome: 'refused',
        rule: 'mount-missing',
        where: placeOf(mount),
        checkpoint: whole(mount),
      });
  }
  return [...differences, ...orderDifference([...old.keys()], [...met.keys()])];
}
