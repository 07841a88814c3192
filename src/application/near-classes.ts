import { meantClass, type PodSelection } from '../domain/hints/pod-selection.ts';
import type { ManifestPod, SourcePosition } from '../ports/manifest-reader.ts';

/** A runtime class that is not selected, and nearly is. */
export interface NearClass {
  readonly runtimeClass: string;
  /** The selected one that it may have been meant to be, or the other way round. */
  readonly selected: string;
  /** Where a pod has it. */
  readonly position: SourcePosition;
}

/** A cluster has a few runtime classes: of a text with more than these, no others are looked at. */
const MOST = 1000;

/** The runtime classes of one text that are nearly a selected one: each is told once, where the first pod has it. */
export class NearClasses {
  readonly #seen = new Set<string>();

  /** Those of these pods, which are not selected, that were not told before. */
  among(pods: readonly ManifestPod[], selection: PodSelection): readonly NearClass[] {
    const near: NearClass[] = [];
    for (const found of pods) {
      const runtimeClass = found.pod.spec?.runtimeClassName ?? '';
      if (runtimeClass === '' || this.#seen.size === MOST || this.#seen.has(runtimeClass)) continue;
      this.#seen.add(runtimeClass);
      const selected = meantClass(runtimeClass, selection);
      if (selected === undefined) continue;
      near.push({ runtimeClass, selected, position: found.positionOf(['spec', 'runtimeClassName']) });
    }
    return near;
  }
}
