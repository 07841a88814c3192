import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { Pod, PodContainer, PodVolumeMount } from '../../../src/domain/hints/pod.ts';
import { WORKLOADS } from '../../../src/domain/hints/workloads.ts';
import { fieldOf } from '../../../src/domain/manifest/place-pod.ts';
import { arbitraryPod } from '../../support/arbitrary-pods.ts';
import { SEED } from '../../support/seed.js';
import { readVectors } from '../../support/vectors.ts';

/** Pods that an API server takes: what its validation asks for is added, and what it refuses is moved or left out. */

/** An annotation that the API server takes. */
function isValidKey(key: string): boolean {
  return /^([a-z0-9.-]+\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(key);
}

function isBidirectional({ mountPropagation }: PodVolumeMount): boolean {
  return mountPropagation === 'Bidirectional';
}

/** The API server takes one of the two; to the rules they are the same. */
function withOneSubPath({ subPath, ...mount }: PodVolumeMount): PodVolumeMount {
  return { ...mount, ...(!mount.subPathExpr && { subPath: subPath ?? '' }) };
}

/** A container as it can be created: with an image, and privileged where a mount asks for that. */
function complete(container: PodContainer): PodContainer {
  const mounts = container.volumeMounts ?? [];
  return {
    ...container,
    ...(container.volumeMounts && { volumeMounts: mounts.map(withOneSubPath) }),
    image: 'busybox',
    ...(mounts.some(isBidirectional) && { securityContext: { privileged: true } }),
  } as PodContainer;
}

/** Ephemeral containers cannot be created with a pod; to the rules of hints they are like any other. */
export function creatable(pod: Pod, runtimeClassName = 'gvisor'): Pod {
  const { ephemeralContainers, ...spec } = pod.spec ?? {};
  const initContainers = [...(spec.initContainers ?? []), ...(ephemeralContainers ?? [])];
  const annotations = Object.entries(pod.metadata?.annotations ?? {}).filter(
    ([key, value]) => isValidKey(key) && value !== null,
  );
  return {
    ...pod,
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...pod.metadata,
      name: pod.metadata?.name || 'pod',
      annotations: Object.fromEntries(annotations),
    },
    spec: {
      ...spec,
      runtimeClassName: spec.runtimeClassName || runtimeClassName,
      containers: (spec.containers ?? []).map(complete),
      ...(initContainers.length > 0 && { initContainers: initContainers.map(complete) }),
      hostNetwork: false,
    } as Pod['spec'],
  };
}

/** The pods that GKE's rules were observed with. */
export function vectorPods(): Pod[] {
  return readVectors<{ pod: Pod }>('pods.jsonl').map(({ pod }) => creatable(pod));
}

const mountPath = fc.constantFrom(...Array(24).fill(''), '/', '//x', '/./y', '/.z', '/.');

/** Generated pods, the same for the same seed: every kind of volume and mount, mount paths of every form, sizes. */
export function generatedPods(count: number, annotated: boolean): Pod[] {
  const arbitrary = fc
    .tuple(arbitraryPod({ annotated }), fc.infiniteStream(mountPath), fc.integer({ min: 0, max: 3 }), sizes)
    .map(([pod, endings, forced, size]) => spiced(creatable(pod), endings, forced, size))
    .map((pod) => (annotated ? reordered(pod) : pod));
  return fc.sample(arbitrary, { numRuns: count, seed: SEED });
}

/** Limits that are harder than most: fractions, odd numbers, all units, the largest that there is. */
const sizes = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '1500m',
      '1u',
      '999999999999999999n',
      '0.5',
      '1000000000001m',
      '4096',
      '4095',
      '1k',
      '3Ki',
      '7Mi',
      '1Ei',
      '9223372036854775807',
      '12e6',
      '1.1Gi',
    ),
  },
);

/** Existing options of one volume in another order, where there are none yet. */
function reordered(pod: Pod): Pod {
  const volume = pod.spec?.volumes?.find(({ name, emptyDir }) => emptyDir && name.length < 30);
  if (volume === undefined) return pod;
  const annotations = {
    [`dev.gvisor.spec.mount.${volume.name}.options`]: 'rprivate,rw',
    ...pod.metadata?.annotations,
  };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

/** Places where what runsc does is special. */
const ODD_PLACES = ['/tmp/', '/tmp', '//tmp', '/dev/shm/', '/dev/shm', 'relative', '/proc/.', '/x/./tmp'];

function spiced(pod: Pod, endings: Iterable<string>, forced: number, size: string | undefined): Pod {
  const next = endings[Symbol.iterator]();
  let pathCount = size?.length ?? forced;
  const respelt = (container: PodContainer): PodContainer => ({
    ...container,
    ...(container.volumeMounts && {
      volumeMounts: container.volumeMounts.map((mount, index) => {
        const ending: string = next.next().value;
        const odd = index === 2 ? ODD_PLACES[pathCount++ % ODD_PLACES.length] : undefined;
        return { ...mount, mountPath: odd ?? `${mount.mountPath}${ending}` };
      }),
    }),
  });
  const volumes = pod.spec?.volumes ?? [];
  const [first] = volumes.filter(({ name }) => name.length < 30);
  const sized = volumes.map((volume) =>
    volume === first && volume.emptyDir && size
      ? { ...volume, emptyDir: { ...volume.emptyDir, sizeLimit: size } }
      : volume,
  );
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: {
        ...pod.metadata?.annotations,
        ...(forced === 0 && first && { [`dev.gvisor.empty-dir.${first.name}.force-shared`]: 'true' }),
        ...(forced === 1 && first && { [`dev.gvisor.empty-dir.${first.name}.force-shared`]: 'yes' }),
      },
    },
    spec: {
      ...pod.spec,
      volumes: sized,
      containers: (pod.spec?.containers ?? []).map(respelt),
      ...(pod.spec?.initContainers && { initContainers: pod.spec.initContainers.map(respelt) }),
    },
  };
}

/** The pods and pod templates of the examples of docs/annotate.md. */
export function examplePods(): Pod[] {
  const directory = new URL('../../../docs/examples/', import.meta.url).pathname;
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('web.yaml') && !file.includes('templates'),
  );
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(directory + file, 'utf8')).flatMap((document) => {
      const object = document.toJS();
      const paths = WORKLOADS.get(object?.kind) ?? [];
      return paths.map((path) => creatable({ ...(fieldOf(object, ...path.map(String)) as Pod) }));
    }),
  );
}
