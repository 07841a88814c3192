import type { AnalysedPod } from '../explain/analysed-pod.ts';
import { annotationsOf } from '../hints/pod.ts';
import { isEmptyDirPath } from '../layouts/kubelet-layout.ts';
import type { PlacedPod } from '../manifest/place-pod.ts';
import type { PlacedVolume } from '../manifest/volume-source.ts';
import type { Hint } from '../runsc/read-hints.ts';
import type { MountFailure, ServedMount } from '../runsc/served-mount.ts';
import type { TmpfsRefusal } from '../runsc/tmpfs-options.ts';
import {
  EMPTY_DIR_PREFIX,
  FORCE_SHARED_SUFFIX,
  type HintKey,
  hintedName,
  MOUNT_PREFIX,
  parseHintKey,
  SHM_VOLUME,
} from '../spec/annotation-keys.ts';
import type { Annotations } from '../spec/identity.ts';
import type { KeyPath } from '../text/key-path.ts';
import type { Place } from '../text/place.ts';
import { annotationPlace } from './volume-of-place.ts';

/** A mount of a container, with the container's place among the pod's. */
export interface ContainerMount {
  readonly mount: ServedMount;
  readonly container: number;
  readonly containerName: string;
}

/** One of the author's keys, as the shim takes it apart. */
export interface AuthoredKey extends HintKey {
  readonly key: string;
  readonly value: string;
}

/** An author's wish to keep an emptyDir on the host. */
export interface ForceShared {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

function forceSharedKeys(annotations: Annotations): readonly ForceShared[] {
  const found: ForceShared[] = [];
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(EMPTY_DIR_PREFIX) || !key.endsWith(FORCE_SHARED_SUFFIX)) continue;
    const name = key.slice(EMPTY_DIR_PREFIX.length, -FORCE_SHARED_SUFFIX.length);
    found.push({ key, name, value: annotations[key] ?? '' });
  }
  return found;
}

/** A reason for which a container does not start, and the mount that it is about. */
export interface FailedMount {
  readonly at: ContainerMount;
  readonly failure: MountFailure;
}

/** The keys of each volume's hint together, in the order of the keys. */
export function byVolume(keys: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const volumes = new Map<string, string[]>();
  for (const key of keys) {
    const name = hintedName(key);
    const ofVolume = volumes.get(name);
    if (ofVolume) ofVolume.push(key);
    else volumes.set(name, [key]);
  }
  return volumes;
}

/** Several keys of one volume's hint, in a few words: the first in full, of the others the ends. */
export function keysInWords([first = '', ...others]: readonly string[]): string {
  const ends = others.map((key) => key.slice(key.lastIndexOf('.')));
  return others.length === 0 ? JSON.stringify(first) : `${JSON.stringify(first)} (and ${ends.join(', ')})`;
}

function authoredKeys(annotations: Annotations): readonly AuthoredKey[] {
  const keys: AuthoredKey[] = [];
  for (const key of Object.keys(annotations)) {
    const parsed = parseHintKey(key);
    if (parsed) keys.push({ key, value: annotations[key] ?? '', name: parsed.name, field: parsed.field });
  }
  return keys.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Each name with the key by which the shim knows that it is hinted, its type; with its first key where it has none. */
function hintedNames(keys: readonly AuthoredKey[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { key, name, field } of keys) {
    if (name !== SHM_VOLUME && (field === 'type' || !names.has(name))) names.set(name, key);
  }
  return names;
}

/** Everything a rule may ask about a pod, and where in the documents it is written. */
export class CheckContext {
  readonly pod: AnalysedPod;
  /** The annotations as their author wrote them. */
  readonly authored: Annotations;
  readonly mounts: readonly ContainerMount[];
  /** The hints that hold, without the one for /dev/shm that the rewrite makes. */
  readonly hints: readonly Hint[];
  /** The author's keys `dev.gvisor.spec.mount.…`, in ascending order, and what the shim takes them for. */
  readonly hintKeys: readonly AuthoredKey[];
  /** The author's keys `dev.gvisor.empty-dir.NAME.force-shared`. */
  readonly forceShared: readonly ForceShared[];
  /** Every reason for which a container does not start. */
  readonly failures: readonly FailedMount[];
  /** The names that the author's keys hint, each with its first key. */
  readonly hintedNames: ReadonlyMap<string, string>;
  /** By name; of several volumes with one name the first. */
  readonly #volumeIndexes: ReadonlyMap<string, number>;
  readonly #failuresByHint = new Map<Hint, FailedMount[]>();
  readonly #mountsBySource = new Map<string, ContainerMount[]>();

  constructor(pod: AnalysedPod) {
    this.pod = pod;
    this.authored = pod.authored;
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
    this.failures = this.mounts.flatMap((at) =>
      at.mount.failures.length === 0 ? [] : at.mount.failures.map((failure) => ({ at, failure })),
    );
    for (const failed of this.failures) {
      const { hint } = failed.at.mount;
      if (hint === undefined) continue;
      const others = this.#failuresByHint.get(hint);
      if (others) others.push(failed);
      else this.#failuresByHint.set(hint, [failed]);
    }
    const volumes = [...(pod.placed?.pod.spec?.volumes ?? []).entries()];
    this.#volumeIndexes = new Map(volumes.reverse().map(([index, { name }]) => [name, index]));
    this.hintKeys = authoredKeys(this.authored);
    this.forceShared = forceSharedKeys(this.authored);
    this.hintedNames = hintedNames(this.hintKeys);
  }

  /** The pod's manifest; `undefined` for bundles. */
  get placed(): PlacedPod | undefined {
    return this.pod.placed;
  }

  /** One finding for each mount that fails in this way, as far as `describe` has words for it. */
  failed<K extends MountFailure['kind']>(
    kind: K,
    describe: (failure: Extract<MountFailure, { kind: K }>, at: ContainerMount) => string | undefined,
    fixOf?: (failure: Extract<MountFailure, { kind: K }>, at: ContainerMount) => string | undefined,
  ): { readonly place: Place; readonly message: string; readonly fix?: string }[] {
    return this.failures.flatMap(({ at, failure: any }) => {
      if (any.kind !== kind) return [];
      const failure = any as Extract<MountFailure, { kind: K }>;
      const message = describe(failure, at);
      if (message === undefined) return [];
      const fix = fixOf?.(failure, at);
      return [{ place: this.mount(at), message, ...(fix !== undefined && { fix }) }];
    });
  }

  /** The options for which the first container that mounts a hinted volume does not start. */
  refusalsOf(hint: Hint): readonly TmpfsRefusal[] {
    const failed = this.failuresOf(hint);
    const [first] = failed;
    return failed.flatMap(({ at, failure }) =>
      at === first?.at && failure.kind === 'tmpfs-option' && failure.from === 'hint' ? [failure.refusal] : [],
    );
  }

  /** The reasons for which containers do not start that are about mounts of a hint. */
  failuresOf(hint: Hint): readonly FailedMount[] {
    return this.#failuresByHint.get(hint) ?? [];
  }

  mountsOf(hint: Hint): readonly ContainerMount[] {
    return this.mountsFrom(hint.source);
  }

  mountsFrom(source: string): readonly ContainerMount[] {
    return this.#mountsBySource.get(source) ?? [];
  }

  /** The pod's volume of this name, where there is a manifest. */
  volume(name: string): PlacedVolume | undefined {
    return this.placed?.volumes.get(name);
  }

  /** All keys of the pod's annotations; of bundles, of the sandbox's. */
  get annotationKeys(): readonly string[] {
    return Object.keys(this.placed ? annotationsOf(this.placed.pod) : this.authored);
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
    return annotationPlace(this.pod, key);
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
    const index = this.#volumeIndexes.get(name);
    return { in: 'pod', path: index === undefined ? ['spec'] : ['spec', 'volumes', index, ...fields] };
  }
}
