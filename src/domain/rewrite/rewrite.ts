import { kubeletLayout } from '../layouts/kubelet-layout.ts';
import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import type { Edit } from '../spec/edits.ts';
import { hasCriAnnotations, podUidOf } from '../spec/identity.ts';
import { type OciSpec, readSandboxSpec, SandboxSpec } from '../spec/sandbox-spec.ts';
import { retypeMounts } from './container-mounts.ts';
import { rewriteStandalone } from './container-without-pod.ts';
import type { DecideOptions } from './decide-options.ts';
import { Deciding } from './deciding.ts';
import { type FactRequest, type Facts, NO_FACTS } from './facts.ts';
import type { Note } from './notes.ts';
import { nameCgroupParent } from './pod-cgroup.ts';
import { type Release, type RuleSet, rulesOf } from './releases.ts';
import { hintVolumes } from './sandbox-volumes.ts';
import { shareShm } from './shm-policy.ts';

/** What a decision came to. While `missing` is not empty, `edits` and `notes` are not to be used. */
export interface Decision {
  readonly missing: readonly FactRequest[];
  readonly edits: readonly Edit[];
  readonly notes: readonly Note[];
}

/** Step 3: the volumes. Says whether step 4 is still to be done. */
function decideVolumes(deciding: Deciding, rules: RuleSet): boolean {
  const { spec, options } = deciding;
  if (options.standalone && !hasCriAnnotations(spec.annotations)) {
    rewriteStandalone(deciding, rules);
    return true;
  }
  const asksUid = spec.role === 'sandbox' && (spec.volumes.length > 0 || !rules.identity.uidOnlyForHints);
  if (spec.role === 'container') {
    retypeMounts(deciding, spec.volumes, rules.containerMount, rules.emptyDir);
    return true;
  }
  if (!asksUid) return true;
  const podUid = podUidOf(spec.annotations, rules.identity);
  if (podUid === undefined) {
    deciding.note({ code: 'no-pod-uid' });
    return false;
  }
  if (podUid === '' && rules.identity.emptyUidDemotes) {
    retypeMounts(deciding, spec.volumes, rules.containerMount, rules.emptyDir);
  } else if (spec.volumes.length > 0) hintVolumes(deciding, podUid, rules.emptyDir);
  return true;
}

/**
 * The decision on a spec that has been read, as far as `facts` carry it. {@link requiredFacts} and
 * {@link rewrite} are this, asked for one half of the answer.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations), every release of the table.
 *
 * @throws MH_VOLUME_NOT_FOUND, MH_VOLUME_AMBIGUOUS, MH_VOLUME_NAME_HOSTILE, MH_POD_UID_HOSTILE
 */
export function decide(
  spec: SandboxSpec,
  rules: RuleSet,
  facts: Facts,
  layout: VolumeLayout,
  options: DecideOptions = {},
): Decision {
  const deciding = new Deciding(spec, facts, layout, options);
  if (spec.reservedNameUsed) deciding.note({ code: 'reserved-name', volume: SHM_VOLUME });
  const goesOn = decideVolumes(deciding, rules);
  const sharesShm = options.sandboxVolumes?.has(SHM_VOLUME) ?? true;
  if (goesOn && rules.shm && sharesShm) shareShm(deciding, spec.role === 'sandbox', rules.shm);
  if (options.cgroupParent) nameCgroupParent(deciding);
  const { missing, notes, draft } = deciding;
  return { missing, notes, edits: missing.length > 0 ? [] : draft.edits() };
}

/** What {@link requiredFacts} and {@link rewrite} go by beside the spec and the release. */
export interface RewriteOptions extends DecideOptions {
  /** How host paths name volumes; kubelet's default directory if absent. */
  readonly layout?: VolumeLayout;
}

const DEFAULT_LAYOUT = kubeletLayout();

function readOnce(spec: OciSpec | SandboxSpec): SandboxSpec {
  return spec instanceof SandboxSpec ? spec : readSandboxSpec(spec);
}

/**
 * What must be looked up on the host before `spec` can be rewritten, given what is known already. The
 * answers may raise further questions (a volume found may be an emptyDir, whose emptiness then matters),
 * so ask, add the answers to `known`, and call again until the list is empty: three rounds at the most.
 *
 * @param spec an OCI runtime spec, or what {@link readSandboxSpec} made of it, which spares reading it for
 *   each call; not changed.
 * @param release a gVisor release, or `latest`.
 * @throws as {@link rewrite}, where no further fact could help.
 */
export function requiredFacts(
  spec: OciSpec | SandboxSpec,
  release: Release,
  known: Facts = NO_FACTS,
  { layout = DEFAULT_LAYOUT, ...options }: RewriteOptions = {},
): readonly FactRequest[] {
  return decide(readOnce(spec), rulesOf(release), known, layout, options).missing;
}

/**
 * The edits that gVisor's shim of `release` makes to `spec`, and the reasons, given all the facts that
 * {@link requiredFacts} asks for. Pure: the same input gives the same output, and `spec` is not touched.
 *
 * @throws MH_SPEC_SHAPE if `spec` is no OCI spec; MH_RELEASE_INVALID or MH_RELEASE_TOO_OLD;
 *   MH_VOLUME_NOT_FOUND or MH_VOLUME_AMBIGUOUS if a hinted volume has no directory or several;
 *   MH_VOLUME_NAME_HOSTILE or MH_POD_UID_HOSTILE if one would not be safe to look up;
 *   MH_BUG if a required fact is not there.
 */
export function rewrite(
  spec: OciSpec | SandboxSpec,
  release: Release,
  facts: Facts,
  { layout = DEFAULT_LAYOUT, ...options }: RewriteOptions = {},
): { readonly edits: readonly Edit[]; readonly notes: readonly Note[] } {
  const { missing, edits, notes } = decide(readOnce(spec), rulesOf(release), facts, layout, options);
  if (missing.length > 0) {
    throw new MountHintsError(
      'MH_BUG',
      'rewrite() was called without all the facts that it needs. Call requiredFacts() with what is known, until it asks for nothing more.',
      { missing },
    );
  }
  return { edits, notes };
}
