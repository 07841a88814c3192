import { CONTAINER_MANAGER, CRIO_SANDBOX_ID, parseHintKey } from '../spec/annotation-keys.ts';
import { type Annotations, annotation } from '../spec/identity.ts';
import type { MemberSpec } from '../spec/read-spec.ts';
import type { RuntimeSpec } from '../spec/runtime-spec.ts';
import { isHostileName } from '../spec/volume.ts';

/** Whether Podman made the spec. Source: containers/podman `libpod/container_internal_common.go`. */
export function isPodmans({ annotations }: RuntimeSpec): boolean {
  return annotation(annotations, CONTAINER_MANAGER) === 'libpod';
}

/**
 * The bundle of the infra container, which is the sandbox of a Podman pod's member: its directory stands
 * beside the member's, `…-containers/ID/userdata`. `undefined` for any other spec.
 *
 * @param bundle the member's bundle directory, an absolute path.
 */
export function infraBundleOf(spec: MemberSpec, bundle: string): string | undefined {
  if (spec.role !== 'container' || !isPodmans(spec)) return undefined;
  const infra = annotation(spec.annotations, CRIO_SANDBOX_ID) ?? '';
  const [, containers, leaf] = /^(.*\/)[^/]+\/([^/]+)\/*$/.exec(bundle) ?? [];
  return isHostileName(infra) || containers === undefined ? undefined : `${containers}${infra}/${leaf}`;
}

/** The volumes whose hints are complete in a sandbox's spec: those with a `.source`. */
export function sourcedVolumes(annotations: Annotations): ReadonlySet<string> {
  const keys = Object.keys(annotations).map(parseHintKey);
  return new Set(keys.filter((key) => key?.field === 'source').map((key) => key?.name ?? ''));
}
