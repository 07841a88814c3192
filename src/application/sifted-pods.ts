import { type PodFilter, passes } from '../domain/hints/pod-filter.ts';
import { ownerOf } from '../domain/hints/pod-owner.ts';
import { isSelected, meantClass, type PodSelection } from '../domain/hints/pod-selection.ts';
import type { ManifestDocument, ManifestPod, SourcePosition } from '../ports/manifest-reader.ts';

/** A runtime class that is not selected, and nearly is. */
export interface NearClass {
  readonly runtimeClass: string;
  /** The selected one that it may have been meant to be, or the other way round. */
  readonly selected: string;
  /** Where a pod has it. */
  readonly position: SourcePosition;
}

/** The pods of a document that are asked for, and what became of the others. */
export interface SiftedPods {
  readonly wanted: readonly ManifestPod[];
  /** How many pods were not selected. */
  readonly leftOut: number;
  /** How many of the selected pods the filter left out. */
  readonly filteredOut: number;
  /** The runtime classes of the selected pods, each once. */
  readonly usedClasses: readonly string[];
  /** Of the pods that were not selected, the runtime classes that nearly are, each once. */
  readonly nearClasses: readonly NearClass[];
}

function isWanted({ pod, workload }: ManifestPod, filter: PodFilter | undefined): boolean {
  if (filter === undefined) return true;
  const { namespace } = workload;
  const owner = workload.kind === 'Pod' ? ownerOf(pod) : workload;
  return passes({ ...(namespace !== undefined && { namespace }), ...(owner && { owner }) }, filter);
}

/** Where the first pod of each runtime class is that is nearly a selected one. */
function nearClassesOf(pods: readonly ManifestPod[], selection: PodSelection): readonly NearClass[] {
  const seen = new Set<string>();
  const near: NearClass[] = [];
  for (const found of pods) {
    const runtimeClass = found.pod.spec?.runtimeClassName ?? '';
    if (runtimeClass === '' || seen.has(runtimeClass)) continue;
    seen.add(runtimeClass);
    const selected = meantClass(runtimeClass, selection);
    if (selected === undefined) continue;
    near.push({ runtimeClass, selected, position: found.positionOf(['spec', 'runtimeClassName']) });
  }
  return near;
}

/** The near classes of both, each once: where the first one is. */
export function joinedClasses(one: readonly NearClass[], other: readonly NearClass[]): readonly NearClass[] {
  if (other.length === 0) return one;
  const isNew = ({ runtimeClass }: NearClass) => one.every((each) => each.runtimeClass !== runtimeClass);
  return [...one, ...other.filter(isNew)];
}

/** Which pods of a document are asked for: by their runtime class, and then by their namespace and owner. */
export function siftPods(
  { pods }: Pick<ManifestDocument, 'pods'>,
  selection: PodSelection,
  filter: PodFilter | undefined,
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
    nearClasses: nearClassesOf(others, selection),
  };
}
