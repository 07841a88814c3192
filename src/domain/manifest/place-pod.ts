import { annotationsOf, type Pod, type PodContainer, type PodVolumeMount } from '../hints/pod.ts';
import { type KubeletLayout, kubeletLayout } from '../layouts/kubelet-layout.ts';
import type { Facts } from '../rewrite/facts.ts';
import type { PodMember, PodSpecs } from '../rewrite/pod-specs.ts';
import type { SourceFacts } from '../runsc/serve-mount.ts';
import { CONTAINER_TYPE, parseHintKey, SANDBOX_LOG_DIRECTORY, SANDBOX_UID } from '../spec/annotation-keys.ts';
import type { OciMount } from '../spec/oci-spec.ts';
import { isHostileName } from '../spec/volume.ts';
import type { KeyPath } from '../text/key-path.ts';
import { EmptyDirectories } from './empty-directories.ts';
import { namesOfUsedVolumes, type PlacedVolume, placeVolumes } from './volume-source.ts';

/** A container of a pod as kubelet and containerd would make it, with the way back to the manifest. */
interface PlacedContainer extends PodMember {
  /** Where the container is in the pod. */
  readonly path: KeyPath;
  /** Where each mount of the spec is written in the pod; `undefined` for one that the engine adds. */
  readonly mountPaths: readonly (KeyPath | undefined)[];
}

/** A pod as it would stand on a node, before the shim's rewrite. */
export interface PlacedPod extends PodSpecs {
  readonly pod: Pod;
  readonly containers: readonly PlacedContainer[];
  readonly volumes: ReadonlyMap<string, PlacedVolume>;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly layout: KubeletLayout;
  /** The keys of the annotations of the workload around a pod template. */
  readonly outerAnnotationKeys: readonly string[];
}

/** What stands for the UID that a pod in a manifest has not got yet. */
const UNKNOWN_UID = 'POD_UID';

/** containerd's directory for the shared memory of a pod, and its size. Source: containerd `pkg/cri/sbserver`. */
const SHM_DIRECTORY = '/run/containerd/io.containerd.grpc.v1.cri/sandboxes/SANDBOX_ID/shm';
const SHM_BYTES = 64n * 1024n * 1024n;
const SHM = '/dev/shm';

/** A field of a manifest that the pod's types leave to others. */
export function fieldOf(value: unknown, ...steps: readonly string[]): unknown {
  let at = value;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

interface Listed {
  readonly container: PodContainer;
  readonly path: KeyPath;
  readonly endsFirst: boolean;
}

function listContainers(pod: Pod): Listed[] {
  const lists = ['initContainers', 'containers', 'ephemeralContainers'] as const;
  return lists.flatMap((list) =>
    (pod.spec?.[list] ?? []).map((container, index) => ({
      container,
      path: ['spec', list, index],
      endsFirst: list === 'initContainers' && container.restartPolicy !== 'Always',
    })),
  );
}

const PROPAGATION: ReadonlyMap<string, string> = new Map([
  ['HostToContainer', 'rslave'],
  ['Bidirectional', 'rshared'],
]);

function bindOptions(readOnly: boolean, propagation: string): string[] {
  return ['rbind', PROPAGATION.get(propagation) ?? 'rprivate', readOnly ? 'ro' : 'rw'];
}

/** Places one pod; state is what the containers so far left behind on the host. */
class PodPlacing {
  readonly #pod: Pod;
  readonly #uid: string;
  readonly #layout: KubeletLayout;
  readonly #volumes: ReadonlyMap<string, PlacedVolume>;
  readonly #hostIpc: boolean;
  readonly #gvisor: Readonly<Record<string, string>>;
  readonly #ofContainers: Readonly<Record<string, string>>;
  /** By volume: how many others were filled before it. */
  readonly #filled = new Map<string, number>();
  readonly #found: Omit<Facts, 'empty'>;
  /** The name of the volume whose directory a path is. */
  readonly #nameOf: ReadonlyMap<string, string>;

  constructor(pod: Pod, layout: KubeletLayout) {
    this.#pod = pod;
    this.#uid = pod.metadata?.uid || UNKNOWN_UID;
    this.#layout = layout;
    this.#volumes = placeVolumes(pod, layout.volumesDir(this.#uid));
    this.#hostIpc = fieldOf(pod, 'spec', 'hostIPC') === true;
    const annotations = Object.entries(annotationsOf(pod));
    this.#gvisor = Object.fromEntries(annotations.filter(([key]) => key.startsWith('dev.gvisor.')));
    this.#ofContainers = this.#annotations('container');
    const used = namesOfUsedVolumes(pod);
    const kept = [...this.#volumes.values()].filter(
      ({ name, directory }) => directory !== undefined && used.has(name) && !isHostileName(name),
    );
    this.#nameOf = new Map(kept.map(({ source, name }) => [source, name]));
    this.#found = this.#lookAround(kept);
  }

  place(outerAnnotationKeys: readonly string[]): PlacedPod {
    const sandbox = this.#sandbox();
    return {
      pod: this.#pod,
      sandbox,
      containers: listContainers(this.#pod).map((listed) => this.#container(listed)),
      volumes: this.#volumes,
      sources: this.#sources(),
      layout: this.#layout,
      outerAnnotationKeys,
    };
  }

  #annotations(role: 'sandbox' | 'container'): Record<string, string> {
    const { namespace, name, generateName } = this.#pod.metadata ?? {};
    const log = `/var/log/pods/${namespace || 'default'}_${name || generateName || 'pod'}_${this.#uid}`;
    return {
      ...this.#gvisor,
      [CONTAINER_TYPE]: role,
      [SANDBOX_UID]: this.#uid,
      ...(role === 'sandbox' && { [SANDBOX_LOG_DIRECTORY]: log }),
    };
  }

  /** What the host has now; containers fill volumes one after the other. */
  #facts(): Facts {
    return { ...this.#found, empty: new EmptyDirectories(this.#nameOf, this.#filled) };
  }

  /** What stays the same for all containers. */
  #lookAround(kept: readonly PlacedVolume[]): Omit<Facts, 'empty'> {
    const directories = new Map<string, readonly string[]>();
    for (const key of Object.keys(annotationsOf(this.#pod))) {
      directories.set(parseHintKey(key)?.name ?? '', []);
    }
    for (const { name, directory = '' } of kept) directories.set(name, [directory]);
    const tmpfsSizes = new Map<string, bigint | undefined>();
    for (const { source } of kept) tmpfsSizes.set(source, undefined);
    for (const { medium, source, sizeLimit } of this.#volumes.values()) {
      if (medium === 'Memory') tmpfsSizes.set(source, sizeLimit);
    }
    tmpfsSizes.set(SHM_DIRECTORY, SHM_BYTES).set(SHM, undefined);
    return { directories, unreadable: [], tmpfsSizes };
  }

  #shm(): OciMount {
    const source = this.#hostIpc ? SHM : SHM_DIRECTORY;
    return { destination: SHM, type: 'bind', source, options: ['rbind', 'rprivate', 'rw'] };
  }

  #sandbox(): PodMember {
    const spec = { annotations: this.#annotations('sandbox'), mounts: [this.#shm()] };
    return { name: 'sandbox', spec, facts: this.#facts() };
  }

  #container({ container, path, endsFirst }: Listed): PlacedContainer {
    const mounts: OciMount[] = [];
    const mountPaths: (KeyPath | undefined)[] = [];
    for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
      mounts.push(this.#mount(container, mount, index));
      mountPaths.push([...path, 'volumeMounts', index]);
    }
    if (!mounts.some((mount) => mount.destination === SHM)) {
      mounts.push(this.#shm());
      mountPaths.push(undefined);
    }
    const spec = { annotations: this.#ofContainers, mounts };
    return { name: container.name, spec, endsFirst, path, mountPaths, facts: this.#facts() };
  }

  #mount(container: PodContainer, mount: PodVolumeMount, index: number): OciMount {
    const volume = this.#volumes.get(mount.name);
    const below = mount.subPath || mount.subPathExpr;
    if (below && !this.#filled.has(mount.name)) this.#filled.set(mount.name, this.#filled.size);
    const volumeSubpaths = this.#layout.volumesDir(this.#uid).replace(/\/volumes$/, '/volume-subpaths');
    const readOnly = mount.readOnly === true || volume?.isMountedReadOnly === true;
    return {
      destination: mount.mountPath,
      type: 'bind',
      source:
        volume && below
          ? `${volumeSubpaths}/${mount.name}/${container.name}/${index}`
          : (volume?.source ?? ''),
      options: bindOptions(readOnly, mount.mountPropagation ?? ''),
    };
  }

  #sources(): ReadonlyMap<string, SourceFacts> {
    return new Map(
      [...this.#volumes.values()].map((volume): [string, SourceFacts] => [
        volume.source,
        {
          ...(volume.directory !== undefined && { isDirectory: true }),
          ...(volume.readOnly && { isWritable: false }),
          ...(volume.medium === 'Memory' && {
            onTmpfs: true,
            ...(volume.sizeLimit !== undefined && { tmpfsBytes: volume.sizeLimit }),
          }),
        },
      ]),
    );
  }
}

/**
 * A pod of a manifest as it would stand on a node: the specs of its sandbox and containers before the
 * shim's rewrite, and what the rewrite would find on the host. emptyDirs are empty until a container with
 * a `subPath` in one is made.
 *
 * @param outerAnnotationKeys the keys of the annotations of the workload around a pod template.
 * Source: Kubernetes `pkg/kubelet/kubelet_pods.go` (makeMounts), containerd `pkg/cri/sbserver` (containerMounts).
 */
export function placePod(
  pod: Pod,
  layout: KubeletLayout = kubeletLayout(),
  outerAnnotationKeys: readonly string[] = [],
): PlacedPod {
  return new PodPlacing(pod, layout).place(outerAnnotationKeys);
}
