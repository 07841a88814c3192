import type { Pod } from './pod.ts';

/** Which pods of a manifest are gVisor's: the others are left out, and counted. */
export interface PodSelection {
  /** The runtime classes that mean gVisor; `['gvisor']` if absent. */
  readonly runtimeClasses?: readonly string[];
  /** Every pod, whatever its runtime class. */
  readonly all?: boolean;
}

/** Whether a pod runs in gVisor, by its runtime class. */
export function isSelected(pod: Pod, { all, runtimeClasses }: PodSelection): boolean {
  return all === true || (runtimeClasses ?? ['gvisor']).includes(pod.spec?.runtimeClassName ?? '');
}
