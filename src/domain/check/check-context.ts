import { MOUNT_PREFIX, parseHintKey, SHM_VOLUME } from '../annotation-keys.ts';
import { authoredAnnotations, type UnderstoodPod } from '../explain/understood-pod.ts';
import type { Annotations } from '../identity.ts';
import type { KeyPath } from '../key-path.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import type { PlacedVolume } from '../manifest/volume-source.ts';
import type { ExplainedMount } from '../runsc/explain-pod.ts';
import type { Hint } from '../runsc/read-hints.ts';
import { isEmptyDirPath } from '../volume.ts';
import type { Place } from './diagnostic.ts';

/** A mount of a container, with the container's place among the pod's. */
export interface ContainerMount {
  readonly mount: ExplainedMount;
  readonly container: number;
  readonly containerName: string;
}

function hintedNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const key of keys) {
    const name = parseHintKey(key)?.name ?? '';
    if (!names.has(name) && name !== SHM_VOLUME) names.set(name, key);
  }
  return names;
}

/** Everything a rule may ask about a pod, and where in the documents it is written. */
export class CheckContext {
  readonly pod: UnderstoodPod;
  /** The annotations as their author wrote them. */
  readonly authored: Annotations;
  readonly mounts: readonly ContainerMount[];
  /** The hints that hold, without the one for /dev/shm that the rewrite makes. */
  readonly hints: readonly Hint[];
  /** The author's keys `dev.gvisor.spec.mount.…`, in ascending order. */
  readonly hintKeys: readonly string[];
  /** The names that the author's keys hint, each with its first key. */
  readonly hintedNames: ReadonlyMap<string, string>;
  readonly #mountsBySource = new Map<string, ContainerMount[]>();

  constructor(pod: UnderstoodPod) {
    this.pod = pod;
    this.authored = authoredAnnotations(pod);
    this.mounts = pod.explanation.containers.flatMap(({ name, mounts }, container) =>
      mounts.map((mount) => ({ mount, container, containerName: name })),
    );
    for (const at of this.mounts) {
      const { source } = at.mount.mount;
      const mounts = this.#mountsBySource.get(source);
      if (mounts) mounts.push(at);
      else this.#mountsBySource.set(source, [at]);
    }
    this.hints = pod.explanation.hints.filter((hint) => hint.name !== SHM_VOLUME);
    this.hintKeys = Object.keys(this.authored)
      .filter((key) => key.startsWith(MOUNT_PREFIX))
      .sort();
    this.hintedNames = hintedNames(this.hintKeys);
  }

  /** The pod's manifest; `undefined` for bundles. */
  get placed(): PlacedPod | undefined {
    return this.pod.placed;
  }

  mountsOf(hint: Hint): readonly ContainerMount[] {
    return this.#mountsBySource.get(hint.source) ?? [];
  }

  /** The pod's volume of this name, where there is a manifest. */
  volume(name: string): PlacedVolume | undefined {
    return this.placed?.volumes.get(name);
  }

  isEmptyDir(hint: Hint): boolean {
    return isEmptyDirPath(hint.source);
  }

  /** The key of a hint's field as it stands in the documents, else any key of the hint. */
  keyOf(name: string, field: string): string {
    const key = `${MOUNT_PREFIX}${name}.${field}`;
    return Object.hasOwn(this.authored, key) ? key : (this.hintedNames.get(name) ?? key);
  }

  annotation(key: string): Place {
    if (this.placed) return { in: 'pod', path: ['metadata', 'annotations', key] };
    return { in: 'sandbox', path: ['annotations', key] };
  }

  /** A field of a hint. */
  hint(name: string, field: string): Place {
    return this.annotation(this.keyOf(name, field));
  }

  /** A container's own annotation; in a manifest all containers have the pod's. */
  containerAnnotation(container: number, key: string): Place {
    return this.placed ? this.annotation(key) : { in: container, path: ['annotations', key] };
  }

  mount({ mount, container }: ContainerMount): Place {
    const member = this.pod.containers[container];
    const original = member?.origins[mount.mount.index] ?? mount.mount.index;
    const placed = this.placed?.containers[container];
    if (placed) return { in: 'pod', path: placed.mountPaths[original] ?? placed.path };
    return { in: container, path: ['mounts', original] };
  }

  /** A volume of the manifest, or a field of it. */
  volumePlace(name: string, ...fields: KeyPath): Place {
    const index = this.placed?.pod.spec?.volumes?.findIndex((volume) => volume.name === name) ?? -1;
    return { in: 'pod', path: index === -1 ? ['spec'] : ['spec', 'volumes', index, ...fields] };
  }
}
