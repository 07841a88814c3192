import { CGROUP_PARENT } from '../spec/annotation-keys.ts';
import type { OpenDecision } from './open-decision.ts';

/**
 * The cgroup of the pod that a container's cgroup is in: the path up to and including its last segment
 * that starts with `pod`, repeated slashes and `.` segments gone, as Go's `filepath.Join` has it.
 * `undefined` when there is no such segment, or when it is the whole path.
 *
 * Source: gVisor `pkg/shim/v1/service.go` (setPodCgroup).
 */
export function podCgroupOf(cgroupsPath: string): string | undefined {
  const segments = cgroupsPath.split('/');
  const pod = segments.findLastIndex((segment) => segment.startsWith('pod'));
  if (pod === -1) return undefined;
  const kept: string[] = [];
  for (const segment of segments.slice(0, pod + 1)) {
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const path = (cgroupsPath.startsWith('/') ? '/' : '') + kept.join('/');
  return path === cgroupsPath ? undefined : path;
}

/** Tells runsc the pod's cgroup, so that the sandbox's processes do not count for its pause container alone. */
export function nameCgroupParent(decision: OpenDecision): void {
  const { spec } = decision;
  const cgroup = spec.role === 'sandbox' ? podCgroupOf(spec.cgroupsPath) : undefined;
  if (cgroup === undefined) return;
  decision.draft.setAnnotation(CGROUP_PARENT, cgroup);
  decision.note({ code: 'cgroup-parent-set', cgroup });
}
