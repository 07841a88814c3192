import type { DecidedMember } from '../rewrite/decide-pod.ts';
import type { Note } from '../rewrite/notes.ts';
import type { ContainerInput } from '../runsc/explain-pod.ts';
import type { Why } from '../runsc/why.ts';
import { hintKey, parseHintKey } from '../spec/annotation-keys.ts';
import { applyEdits, type Edit } from '../spec/edits.ts';
import type { OciSpec } from '../spec/oci-spec.ts';

/** A member of which nothing is left to decide. */
function isSettled({ decision }: DecidedMember): boolean {
  return decision === undefined || decision.edits.length + decision.notes.length === 0;
}

/** A member after the shim's rewrite. */
export interface RewrittenMember extends ContainerInput {
  readonly original: OciSpec;
  readonly edits: readonly Edit[];
  /** For each mount of `spec`, its index in `original`. */
  readonly origins: readonly number[];
}

const NO_REWRITES: ReadonlyMap<number, readonly Why[]> = new Map();

function keptMounts(spec: OciSpec, edits: readonly Edit[]): number[] {
  const removed = new Set(edits.filter((edit) => edit.kind === 'remove-mount').map((edit) => edit.mount));
  return [...(spec.mounts ?? []).keys()].filter((index) => !removed.has(index));
}

function leftAlone(notes: readonly Note[]): ReadonlyMap<string, Why> {
  const forced = new Set<string>();
  const reasons = new Map<string, Why>();
  for (const note of notes) {
    if (note.code === 'empty-dir-force-shared') forced.add(note.volume);
    if (note.code === 'mount-left-alone') {
      reasons.set(note.destination, { kind: forced.has(note.volume) ? 'force-shared' : 'holds-data' });
    }
  }
  return reasons;
}

function reasonsByMount(
  { spec, decision }: DecidedMember,
  origins: readonly number[],
): ReadonlyMap<number, readonly Why[]> {
  const reasons = new Map<number, readonly Why[]>();
  const alone = leftAlone(decision?.notes ?? []);
  const changes = new Map<number, Edit>();
  for (const edit of decision?.edits ?? []) if (edit.kind === 'change-mount') changes.set(edit.mount, edit);
  for (const [index, origin] of origins.entries()) {
    const edit = changes.get(origin);
    const kept = alone.get(spec.mounts?.[origin]?.destination ?? '');
    if (edit?.kind === 'change-mount' && edit.type) {
      reasons.set(index, [{ kind: 'rewritten-mount', was: edit.type.was, now: edit.type.value }]);
    } else if (kept) reasons.set(index, [kept]);
  }
  return reasons;
}

/** A member as runsc gets it, with what the rewrite changed for each mount. */
export function rewriteMember(member: DecidedMember): RewrittenMember {
  const { name, spec, endsFirst = false, decision } = member;
  const edits = decision?.edits ?? [];
  if (isSettled(member)) {
    const origins = [...(spec.mounts ?? []).keys()];
    return { name, endsFirst, spec, original: spec, edits, origins, rewrites: NO_REWRITES };
  }
  const origins = keptMounts(spec, edits);
  return {
    name,
    endsFirst,
    spec: applyEdits(spec, edits),
    original: spec,
    edits,
    origins,
    rewrites: reasonsByMount(member, origins),
  };
}

/** For each hint whose type the sandbox's rewrite changed, what it was and is. */
export function rewrittenHints(edits: readonly Edit[]): ReadonlyMap<string, Why> {
  const reasons = new Map<string, Why>();
  for (const edit of edits) {
    if (edit.kind !== 'set-annotation' || edit.was === undefined) continue;
    const name = parseHintKey(edit.key)?.name;
    if (name === undefined || edit.key !== hintKey(name, 'type')) continue;
    reasons.set(name, { kind: 'rewritten-hint', was: edit.was, now: edit.value });
  }
  return reasons;
}
