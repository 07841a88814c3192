import { type PodFilter, passes } from '../domain/hints/pod-filter.ts';
import { ownerOf } from '../domain/hints/pod-owner.ts';
import { isSelected, type PodSelection } from '../domain/hints/pod-selection.ts';
import type { ManifestDocument, ManifestPod } from '../ports/manifest-reader.ts';
import type { NearClass, NearClasses } from './near-classes.ts';

/** The pods of a document that are asked for, and what became of the others. */
export interface SiftedPods {
  readonly wanted: readonly ManifestPod[];
  /** How many pods were not selected. */
  readonly leftOut: number;
  /** How many of the selected pods the filter left out. */
  readonly filteredOut: number;
  /** The runtime classes of the selected pods, each once. */
  readonly usedClasses: readonly string[];
  /** Of the pods that were not selected, the runtime classes that nearly are and no document before had. */
  readonly nearClasses: readonly NearClass[];
}

function isWanted({ pod, workload }: ManifestPod, filter: PodFilter | undefined): boolean {
  if (filter === undefined) return true;
  const { namespace } = workload;
  const owner = workload.kind === 'Pod' ? ownerOf(pod) : workload;
  return passes({ ...(namespace !== undefined && { namespace }), ...(owner && { owner }) }, filter);
}

/**
 * Which pods of a document are asked for: by their runtime class, and then by their namespace and owner.
 *
 * @param near knows the runtime classes of the documents before it.
 */
export function siftPods(
  { pods }: Pick<ManifestDocument, 'pods'>,
  selection: PodSelection,
  filter: PodFilter | undefined,
  near: NearClasses,
): SiftedPods {
  const selected: ManifestPod[] = [];
  const others: ManifestPod[] = [];
  for (const found of pods) (isSelected(found.pod, selection) ? selected : others).push(found);
  const wanted = selected.filter((pod) => isWanted(pod, filter));
  return {
    wanted,
    leftOut: others.length,
    filteredOut: selected.length - wanted.length,
    usedClasses: [...new Set(selected.map(({ pod }) => pod.spec?.runtimeClassName ?? ''))],
    nearClasses: near.among(others, selection),
  };
}
