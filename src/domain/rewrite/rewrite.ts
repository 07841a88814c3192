import { guardArguments } from '../arguments/guard-arguments.ts';
import type { VolumeLayout } from '../layouts/volume-layout.ts';
import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import type { Edit } from '../spec/edits.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { type MemberSpec, readSpec } from '../spec/read-spec.ts';
import { RuntimeSpec } from '../spec/runtime-spec.ts';
import { retypeMounts } from './container-mounts.ts';
import { rewriteContainerWithoutPod } from './container-without-pod.ts';
import type { DecideOptions } from './decide-options.ts';
import { type FactRequest, type Facts, NO_FACTS } from './facts.ts';
import type { Note } from './notes.ts';
import { type Decision, OpenDecision } from './open-decision.ts';
import { nameCgroupParent } from './pod-cgroup.ts';
import { type Release, type RuleSet, rulesOf } from './releases.ts';
import { type RewriteOptions, readOptions, wholeDecision } from './rewrite-options.ts';
import { hintVolumes } from './sandbox-volumes.ts';
import { isShmHintOfRewrite } from './shm-policy.ts';

/**
 * The decision on a spec that has been read, as far as `facts` carry it. {@link requiredFacts} and
 * {@link rewrite} are this, asked for one half of the answer.
 *
 * Source: gVisor `pkg/shim/v1/utils/volumes.go` (UpdateVolumeAnnotations), every release of the table.
 *
 * @throws MH_VOLUME_NOT_FOUND, MH_VOLUME_AMBIGUOUS, MH_VOLUME_NAME_HOSTILE, MH_POD_UID_HOSTILE
 */
export function decide(
  spec: MemberSpec,
  rules: RuleSet,
  facts: Facts,
  layout: VolumeLayout,
  options: DecideOptions = {},
): Decision {
  const decision = new OpenDecision(spec, facts, layout, options);
  if (spec.reservedNameUsed && !isShmHintOfRewrite(spec))
    decision.note({ code: 'reserved-name', volume: SHM_VOLUME });
  const isKnown = rewriteVolumes(decision, rules);
  const hasShm = options.sandboxVolumes?.has(SHM_VOLUME) ?? true;
  if (isKnown && hasShm) rules.shm?.share(decision);
  if (options.cgroupParent) nameCgroupParent(decision);
  return decision.close();
}

/** Rewrites the volumes. False for a sandbox that does not know its pod, where `/dev/shm` is left alone too. */
function rewriteVolumes(decision: OpenDecision, rules: RuleSet): boolean {
  const { spec, options } = decision;
  if (spec.role === 'container') {
    retypeMounts(decision, spec.typeHints, rules);
  } else if (options.standalone && spec.isWithoutPod) {
    rewriteContainerWithoutPod(decision, rules);
  } else if (rules.identity.asks(spec)) {
    const podUid = rules.identity.podUidOf(spec.annotations);
    if (podUid === undefined) {
      decision.note({ code: 'no-pod-uid' });
      return false;
    }
    if (rules.identity.demotes(podUid)) retypeMounts(decision, spec.typeHints, rules);
    else hintVolumes(decision, podUid, rules.emptyDir);
  }
  return true;
}

function read(spec: OciSpec | MemberSpec): MemberSpec {
  return spec instanceof RuntimeSpec ? spec : readSpec(spec);
}

function decideChecked(
  name: string,
  spec: OciSpec | MemberSpec,
  release: Release,
  facts: Facts,
  options: RewriteOptions,
): Decision {
  const { layout, decideOptions } = readOptions(name, facts, options);
  return decide(read(spec), rulesOf(release), facts, layout, decideOptions);
}

/**
 * What must be looked up on the host before `spec` can be rewritten, given what is known already. The
 * answers may raise further questions (a volume found may be an emptyDir, whose emptiness then matters),
 * so ask, add the answers to `known`, and call again until the list is empty: three rounds at the most.
 *
 * @param spec an OCI runtime spec, or what {@link readSpec} made of it, which spares reading it for
 *   each call; not changed.
 * @param release a gVisor release, or `latest`.
 * @throws as {@link rewrite}, where no further fact could help.
 */
export function requiredFacts(
  spec: OciSpec | MemberSpec,
  release: Release,
  known: Facts = NO_FACTS,
  options: RewriteOptions = {},
): readonly FactRequest[] {
  return guardArguments(
    'requiredFacts',
    () => decideChecked('requiredFacts', spec, release, known, options).missing,
  );
}

/**
 * The edits that gVisor's shim of `release` makes to `spec`, and the reasons, given all the facts that
 * {@link requiredFacts} asks for. Pure: the same input gives the same output, and `spec` is not touched.
 *
 * @throws MH_SPEC_SHAPE if `spec` is not an OCI spec; MH_RELEASE_INVALID or MH_RELEASE_TOO_OLD;
 *   MH_VOLUME_NOT_FOUND or MH_VOLUME_AMBIGUOUS if a hinted volume has no directory or several;
 *   MH_VOLUME_NAME_HOSTILE or MH_POD_UID_HOSTILE if one would not be safe to look up;
 *   MH_FACTS_MISSING if a required fact is not there; MH_ARGUMENT_INVALID.
 */
export function rewrite(
  spec: OciSpec | MemberSpec,
  release: Release,
  facts: Facts,
  options: RewriteOptions = {},
): { readonly edits: readonly Edit[]; readonly notes: readonly Note[] } {
  return guardArguments('rewrite', () =>
    wholeDecision(decideChecked('rewrite', spec, release, facts, options), 'rewrite', 'requiredFacts'),
  );
}
