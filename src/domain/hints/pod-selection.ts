import type { Shape } from '../arguments/check-arguments.ts';
import { closest } from '../text/closest.ts';
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

const GVISOR: readonly string[] = ['gvisor'];

/** Runtimes that are not gVisor's, though one letter makes them its `runsc`. */
const OTHER_RUNTIMES: ReadonlySet<string> = new Set(['runc', 'crun']);

/** Whether a pod runs in gVisor, by its runtime class. */
export function isSelected(pod: Pod, { all, runtimeClasses }: PodSelection): boolean {
  return all === true || (runtimeClasses ?? GVISOR).includes(pod.spec?.runtimeClassName ?? '');
}

/** The selected runtime class that another one, which is not selected, is nearly spelt like: one of them may be misspelt. */
export function meantClass(runtimeClass: string, { runtimeClasses }: PodSelection): string | undefined {
  if (OTHER_RUNTIMES.has(runtimeClass)) return undefined;
  return closest(runtimeClass, runtimeClasses ?? GVISOR);
}
