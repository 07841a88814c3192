import { MountHintsError } from '../mount-hints-error.ts';
import { forceSharedKey, hintKey } from '../spec/annotation-keys.ts';
import { annotation, explicitPodUid } from '../spec/identity.ts';
import type { Mount } from '../spec/mount.ts';
import type { TypeHint } from '../spec/volume.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import type { OpenDecision } from './open-decision.ts';
import type { RuleSet } from './releases.ts';

/** Whether the author's hint leaves the volume a host directory for all, so that a part of it agrees with the whole. */
function staysOnHost({ spec }: OpenDecision, name: string, { emptyDir }: RuleSet): boolean {
  if (annotation(spec.annotations, hintKey(name, 'share')) === 'shared') return true;
  const forced = annotation(spec.annotations, forceSharedKey(name)) ?? '';
  return emptyDir.forceShared && parseGoBoolean(forced) === true;
}

function refusal({ volume, key }: TypeHint, { destination, source }: Mount): MountHintsError {
  const { name } = volume;
  return new MountHintsError(
    'MH_SUB_PATH_REFUSED',
    `Mount ${destination} is a subPath of volume "${name}", which ${key} hints: the sandbox keeps the volume itself, and this container would see a second copy on the host (${source}). Mount the whole volume, remove the hint, or set ${forceSharedKey(name)} to "true" (since release 20260615).`,
    { key, name, destination, source },
  );
}

/**
 * What there is to say of mounts of a part of a hinted volume. Kubelet binds `VOLUME/SUB` to a place of its own,
 * which no hint matches, and no spec can mount a directory of a tmpfs that containers share: so the part is the
 * host's, and the sandbox's tmpfs is another copy. The mounts stay as they are, as in gVisor's shim.
 *
 * Source: Kubernetes `pkg/volume/util/subpath`; gVisor `runsc/boot/vfs.go` (mountSharedSubmount); observed
 * (docs/runsc-observations.md, `rule-sub-path-…`).
 *
 * @throws MH_SUB_PATH_REFUSED with `subPaths: 'refuse'`.
 */
export function judgeSubPaths(decision: OpenDecision, hints: readonly TypeHint[], rules: RuleSet): void {
  const { spec, layout, options } = decision;
  if (hints.length === 0 || layout.subPathAt === undefined) return;
  const podUid = explicitPodUid(spec.annotations);
  for (const mount of spec.mounts) {
    const at = layout.subPathAt(mount.source);
    if (at === undefined || (podUid !== undefined && at.podUid !== podUid)) continue;
    const hint = hints.find(({ volume }) => volume.name === at.name);
    if (hint === undefined || staysOnHost(decision, at.name, rules)) continue;
    if (options.sandboxVolumes?.has(at.name) === false) continue;
    if (options.subPaths === 'refuse') throw refusal(hint, mount);
    decision.note({ code: 'sub-path-of-volume', volume: at.name, destination: mount.destination });
  }
}
