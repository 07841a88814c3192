import fc from 'fast-check';
import type { Pod, PodContainer, PodVolume, PodVolumeMount } from '../../src/domain/hints/pod.ts';

/** Generated pods: all sources of volumes that matter, every kind of mount, hints that are there already. */

const NAMES = [
  'data',
  'tmp',
  'cache',
  'shared-folder',
  'v',
  'gke-gcsfuse-tmp',
  'a'.repeat(33),
  'a'.repeat(34),
];

const quantity = fc.oneof(
  fc.constantFrom('2Gi', '500M', '1.5Gi', '1e9', '64Mi', '1Ti', '123456789', '0', '100m'),
  fc.integer({ min: 1, max: 2 ** 40 }),
);

const emptyDir = fc.record(
  { medium: fc.constantFrom('', 'Memory', 'HugePages', 'HugePages-2Mi'), sizeLimit: quantity },
  { requiredKeys: [] },
);

const source: fc.Arbitrary<Omit<PodVolume, 'name'>> = fc.oneof(
  { weight: 5, arbitrary: emptyDir.map((value) => ({ emptyDir: value })) },
  fc.constantFrom(
    {},
    { configMap: { name: 'c' } },
    { secret: { secretName: 's' } },
    { hostPath: { path: '/x' } },
    { persistentVolumeClaim: { claimName: 'c' } },
  ),
);

/** Most mounts are plain ones; odd ones keep a volume from having a hint. */
const mountOptions = fc.oneof(
  { weight: 4, arbitrary: fc.record({ readOnly: fc.boolean() }, { requiredKeys: [] }) },
  {
    weight: 1,
    arbitrary: fc.record({
      readOnly: fc.boolean(),
      subPath: fc.constantFrom('', 'a'),
      mountPropagation: fc.constantFrom('None', 'HostToContainer', 'Bidirectional'),
    }),
  },
);

interface Choice {
  readonly volume: number;
  readonly options: Partial<PodVolumeMount>;
}

function containerOf(name: string, volumes: readonly PodVolume[], choices: readonly Choice[]): PodContainer {
  const volumeMounts = choices.flatMap(({ volume, options }, index) => {
    const chosen = volumes[volume % Math.max(volumes.length, 1)];
    return chosen ? [{ ...options, name: chosen.name, mountPath: `/m${index}` }] : [];
  });
  return { name, ...(volumeMounts.length > 0 && { volumeMounts }) };
}

const choices = fc.array(fc.record({ volume: fc.nat(7), options: mountOptions }), { maxLength: 4 });

const hintAnnotations = fc.dictionary(
  fc
    .tuple(fc.constantFrom(...NAMES.slice(0, 5)), fc.constantFrom('type', 'share', 'options'))
    .map(([name, field]) => `dev.gvisor.spec.mount.${name}.${field}`),
  fc.constantFrom('tmpfs', 'bind', 'pod', 'container', 'rw,rprivate', 'ro'),
  { maxKeys: 3 },
);

export interface PodChoices {
  /** Whether pods may carry hints, force-shared keys and other annotations. */
  readonly annotated: boolean;
}

/** A gVisor pod. */
export function arbitraryPod({ annotated }: PodChoices): fc.Arbitrary<Pod> {
  const annotations = annotated
    ? fc.option(
        fc
          .tuple(
            hintAnnotations,
            fc.dictionary(fc.constantFrom('a', 'b/c', 'é'), fc.string(), { maxKeys: 2 }),
          )
          .map(([hints, others]) => ({ ...hints, ...others })),
      )
    : fc.constant(null);
  return fc
    .tuple(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), source), {
        maxLength: 5,
        selector: ([name]) => name,
      }),
      fc.array(choices, { minLength: 1, maxLength: 3 }),
      fc.array(choices, { maxLength: 2 }),
      annotations,
    )
    .map(([named, ordinary, init, given]) => {
      const volumes = named.map(([name, rest]): PodVolume => ({ name, ...rest }));
      const list = (prefix: string, all: readonly (readonly Choice[])[]) =>
        all.map((each, index) => containerOf(`${prefix}${index}`, volumes, each));
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', ...(given && { annotations: given }) },
        spec: {
          runtimeClassName: 'gvisor',
          volumes,
          containers: list('c', ordinary),
          ...(init.length > 0 && { initContainers: list('i', init) }),
        },
      };
    });
}
