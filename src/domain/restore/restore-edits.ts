import type { Edit } from '../spec/edits.ts';
import { annotation } from '../spec/identity.ts';
import { mountEdit } from '../spec/mount-edit.ts';
import type { MemberSpec } from '../spec/read-spec.ts';
import { comparedMounts } from './compare-mounts.ts';
import { isComparedAnnotation } from './compared-annotations.ts';
import type { RestoreRules } from './restore-rules.ts';

function annotationEdits(
  { annotations: checkpoint }: MemberSpec,
  { annotations: restore }: MemberSpec,
  rules: RestoreRules,
): Edit[] {
  const keys = new Set([...Object.keys(checkpoint), ...Object.keys(restore)]);
  return [...keys].sort().flatMap((key): Edit[] => {
    if (!isComparedAnnotation(key, rules)) return [];
    const value = annotation(checkpoint, key);
    const was = annotation(restore, key);
    if (value === was) return [];
    if (value === undefined) return was === undefined ? [] : [{ kind: 'remove-annotation', key, was }];
    return [{ kind: 'set-annotation', key, ...(was !== undefined && { was }), value }];
  });
}

/** Of the mounts that have one destination each. Options in another order are no difference. */
function mountEdits(was: MemberSpec, now: MemberSpec, removed: ReadonlySet<number>): Edit[] {
  const old = new Map(comparedMounts(was).map((mount) => [mount.destination, mount]));
  const restore = comparedMounts(now).filter(({ mount }) => !removed.has(mount.index));
  const count = new Map<string, number>();
  for (const { destination } of restore) count.set(destination, (count.get(destination) ?? 0) + 1);
  return restore.flatMap(({ mount, destination, sortedOptions }): Edit[] => {
    const wanted = old.get(destination);
    if (wanted === undefined || count.get(destination) !== 1) return [];
    const options = wanted.sortedOptions === sortedOptions ? mount.options : wanted.mount.options;
    const edit = mountEdit(mount, { type: wanted.mount.type, options });
    return edit ? [edit] : [];
  });
}

/**
 * The edits by which a spec gets the checkpoint's values of all that runsc compares and that a rewrite may change:
 * gVisor's annotations, and types and options of mounts. What else differs is not a rewrite's to mend.
 *
 * @param removed the indexes of mounts that the rewrite takes out.
 */
export function restoreEdits(
  was: MemberSpec,
  now: MemberSpec,
  rules: RestoreRules,
  removed: ReadonlySet<number> = new Set(),
): readonly Edit[] {
  if (!rules.comparesSpecs) return [];
  return [...annotationEdits(was, now, rules), ...mountEdits(was, now, removed)];
}
