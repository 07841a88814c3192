import type { Pod, PodVolume } from '../hints/pod.ts';
import { volumesOf } from '../hints/pod.ts';

/**
 * A pod template with the volumes that its controller adds to each pod: one for each `volumeClaimTemplates`, by the
 * template's name, in place of a volume of that name. The other volumes keep their places. The name of the claim,
 * which has the pod's ordinal in it, is not known yet: the template's stands for it.
 *
 * @param claims the names of the templates, each once.
 * Source: Kubernetes `pkg/controller/statefulset/stateful_set_utils.go` (updateStorage).
 */
export function withClaimedVolumes(pod: Pod, claims: readonly string[]): Pod {
  if (claims.length === 0 || !pod.spec) return pod;
  const added = new Map(
    claims.map((name): [string, PodVolume] => [name, { name, persistentVolumeClaim: { claimName: name } }]),
  );
  const volumes = volumesOf(pod).map((volume) => added.get(volume.name) ?? volume);
  const present = new Set(volumes.map(({ name }) => name));
  const missing = [...added.values()].filter(({ name }) => !present.has(name));
  return { ...pod, spec: { ...pod.spec, volumes: [...volumes, ...missing] } };
}
