import type { VolumeLayout } from '../layouts/volume-layout.ts';
import type { DecideOptions } from '../rewrite/decide-options.ts';
import type { Facts } from '../rewrite/facts.ts';
import type { Note, NoteCode } from '../rewrite/notes.ts';
import type { Decision } from '../rewrite/open-decision.ts';
import type { RuleSet } from '../rewrite/releases.ts';
import { decide } from '../rewrite/rewrite.ts';
import { hintedName, isHintKey, isSourceKey, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { applyEdits, type Edit, type SetAnnotation } from '../spec/edits.ts';
import { annotation } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { readSpec } from '../spec/read-spec.ts';
import { compareForRestore } from './compare-for-restore.ts';
import { restoreEdits } from './restore-edits.ts';
import type { RestoreRules } from './restore-rules.ts';

/** The specs of one container, and the rules of the release. */
export interface RestorePair {
  readonly checkpoint: OciSpec;
  readonly restore: OciSpec;
  readonly rules: RuleSet;
  readonly restoreRules: RestoreRules;
}

/** What the ordinary rewrite says that is so of a rewrite for restore too. */
const KEPT: ReadonlySet<NoteCode> = new Set<NoteCode>([
  'source-found',
  'shm-shared',
  'shm-duplicate-removed',
  'hostile-name',
  'no-pod-uid',
]);

/** The spec with the checkpoint's hints but for the reserved ones, as the ordinary rewrite is to find their sources. */
function withHintsOf({ checkpoint, restore, restoreRules }: RestorePair): OciSpec {
  const edits = restoreEdits(readSpec(checkpoint), readSpec(restore), restoreRules).filter(
    ({ kind }) => kind !== 'change-mount',
  );
  const { annotations, ...rest } = applyEdits(restore, edits);
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => !isHintKey(key) || hintedName(key) !== SHM_VOLUME,
  );
  return { ...rest, annotations: Object.fromEntries(kept) };
}

/** The edits that give hints their sources on this host, as edits of the spec to restore. */
function sourceEdits(edits: readonly Edit[], restore: OciSpec): readonly SetAnnotation[] {
  return edits.flatMap((edit): SetAnnotation[] => {
    if (edit.kind !== 'set-annotation' || !isHintKey(edit.key) || !isSourceKey(edit.key)) return [];
    const { key, value } = edit;
    const was = annotation(restore.annotations ?? {}, key);
    return was === value ? [] : [{ kind: 'set-annotation', key, ...(was !== undefined && { was }), value }];
  });
}

function byKey(a: Edit, b: Edit): number {
  const [one, other] = [a, b].map((edit) => ('key' in edit ? edit.key : undefined));
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  return one < other ? -1 : Number(one > other);
}

function notesOf(pair: RestorePair, edits: readonly Edit[], sources: number): readonly Note[] {
  const copied = edits.length - sources;
  const { differences } = compareForRestore(
    pair.checkpoint,
    applyEdits(pair.restore, edits),
    pair.restoreRules.release,
  );
  const left = differences.filter(({ outcome }) => outcome === 'refused');
  return [
    ...(copied > 0 ? [{ code: 'values-of-checkpoint' as const, count: copied }] : []),
    ...left.map(({ rule, where }) => ({ code: 'restore-refused' as const, rule, where })),
  ];
}

/**
 * The decision on a spec that is to be restored: the checkpoint's values of all that runsc compares, and only the
 * sources of hints as the ordinary rewrite finds them on this host. Idempotent.
 *
 * @throws MH_SPEC_SHAPE, MH_VOLUME_…, MH_POD_UID_HOSTILE, as the ordinary rewrite.
 */
export function decideForRestore(
  pair: RestorePair,
  facts: Facts,
  layout: VolumeLayout,
  options: DecideOptions = {},
): Decision {
  const { checkpoint, restore, rules, restoreRules } = pair;
  const { standalone } = options;
  const ordinary = decide(readSpec(withHintsOf(pair)), rules, facts, layout, {
    ...(standalone !== undefined && { standalone }),
  });
  if (ordinary.missing.length > 0) return ordinary;
  const removals = ordinary.edits.filter(({ kind }) => kind === 'remove-mount');
  const removed = new Set(removals.flatMap((edit) => ('mount' in edit ? [edit.mount] : [])));
  const sources = sourceEdits(ordinary.edits, restore);
  const copied = restoreEdits(readSpec(checkpoint), readSpec(restore), restoreRules, removed);
  const edits = [...copied, ...sources, ...removals].sort(byKey);
  const notes = ordinary.notes.filter(({ code }) => KEPT.has(code));
  return { missing: [], edits, notes: [...notes, ...notesOf(pair, edits, sources.length + removals.length)] };
}
