import type { Shape } from '../arguments/check-arguments.ts';
import type { Pod } from './pod.ts';

/** Which pods of a manifest are gVisor's: the others are left out, and counted. */
export interface PodSelection {
  /** The runtime classes that mean gVisor; `['gvisor']` if absent. */
  readonly runtimeClasses?: readonly string[];
  /** Every pod, whatever its runtime class. */
  readonly all?: boolean;
}

/** The kinds of the fields of {@link PodSelection}. */
export const POD_SELECTION = { runtimeClasses: 'strings?', all: 'boolean?' } as const satisfies Shape;

/** Whether a pod runs in gVisor, by its runtime class. */
export function isSelected(pod: Pod, { all, runtimeClasses }: PodSelection): boolean {
  return all === true || (runtimeClasses ?? ['gvisor']).includes(pod.spec?.runtimeClassName ?? '');
}
