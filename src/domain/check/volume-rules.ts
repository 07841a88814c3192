import { DEFAULT_KUBELET_DIR } from '../layouts/kubelet-layout.ts';
import { kubeletVolumeOf } from '../layouts/kubelet-volume-of.ts';
import { isGiven, isKeptByKubelet, namesOfUsedVolumes } from '../manifest/volume-source.ts';
import type { Hint } from '../runsc/read-hints.ts';
import { SHM_VOLUME } from '../spec/annotation-keys.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Place } from '../text/place.ts';
import type { CheckContext, ContainerMount } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

/** Names of things other than volumes, by which a hint was named all the same. */
function mistakenFor({ placed }: CheckContext, name: string): string | undefined {
  for (const { name: container, spec } of placed?.containers ?? []) {
    if (container === name) return `a container`;
    for (const { destination = '' } of (spec.mounts ?? []).map((mount) => mount ?? {})) {
      if (destination === name || destination?.split('/').pop() === name) return `the mount ${destination}`;
    }
  }
  return undefined;
}

function missing(context: CheckContext): (readonly [name: string, key: string])[] {
  if (!context.placed) return [];
  return [...context.hintedNames].filter(
    ([name]) => context.volume(name) === undefined && !name.startsWith('/'),
  );
}

/** Where kubelet keeps a volume that was looked for in vain: a mount of it tells. */
function mountedFix({ mounts }: CheckContext, name: unknown): string | undefined {
  // Of a pod UID that cannot be looked up, no volume is the cause.
  if (typeof name !== 'string') return undefined;
  const mounted = mounts.map(({ mount }) => kubeletVolumeOf(mount.mount.source));
  const dir = mounted.find((volume) => volume?.name === name)?.kubeletDir;
  return dir && `A container mounts it from below ${dir}: look there, if that is kubelet's directory.`;
}

/** Kubelet's directory, where a mount shows another one than gVisor's shim and the layout in hand have. */
function otherKubeletDir({ pod }: CheckContext, { mount }: ContainerMount): string | undefined {
  const volume = kubeletVolumeOf(mount.mount.source);
  if (volume === undefined || volume.kubeletDir === DEFAULT_KUBELET_DIR) return undefined;
  return pod.layout.volumeAt(volume.directory) === undefined ? volume.kubeletDir : undefined;
}

/** What the lookup on a node did not find. */
function notFound(context: CheckContext): Found[] {
  if (context.placed) return [];
  return context.pod.sandboxErrors.map((error) => {
    const { key, name } = error.details;
    const fix = mountedFix(context, name);
    const place: Place =
      typeof key === 'string' ? context.annotation(key) : { in: 'sandbox', path: ['annotations'] };
    return { place, message: error.message, ...(fix && { fix }) };
  });
}

const ELSEWHERE: Readonly<Record<string, string>> = {
  hostPath: 'is a directory of the host that kubelet does not keep',
  persistentVolumeClaim: 'is kept under the name of its PersistentVolume',
  ephemeral: 'is kept under the name of its PersistentVolume',
  image: 'is an image, which the engine mounts itself',
};

function hides(context: CheckContext, hint: Hint): boolean {
  if (hint.type !== 'tmpfs' || context.isEmptyDir(hint)) return false;
  return context.mountsOf(hint).some(({ mount }) => mount.hostData === 'hidden');
}

function below(context: CheckContext, hint: Hint): boolean {
  if (context.mountsOf(hint).length > 0) return false;
  return context.mounts.some(({ mount }) => mount.mount.source.startsWith(`${hint.source}/`));
}

/** What is wrong between the hints and the pod's volumes. */
export const volumeRules: readonly DiagnosticRule[] = [
  {
    code: 'hint-volume-unknown',
    severity: 'error',
    what: 'A hint is for a volume that the pod does not have.',
    why: "gVisor's shim looks for the volume's directory below the pod's, finds none, and the sandbox does not start.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations)',
    fix: 'Correct the name, or remove the hint.',
    example: 'dev.gvisor.spec.mount.cahce.type: bind   # the volume is "cache"',
    find: (context) => [
      ...notFound(context),
      ...missing(context)
        .filter(([name]) => mistakenFor(context, name) === undefined)
        .map(([name, key]): Found => {
          const fix = didYouMean(closest(name, context.placed?.volumes.keys() ?? []), JSON.stringify);
          return {
            place: context.annotation(key),
            message: `the pod has no volume ${JSON.stringify(name)}, and the sandbox does not start`,
            ...(fix !== undefined && { fix }),
          };
        }),
    ],
  },
  {
    code: 'hint-names-mount',
    severity: 'error',
    what: 'A hint names a mount or a container instead of a volume.',
    why: "Hints go by the names of the pod's volumes. The shim does not find a directory of this name, and the sandbox does not start.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations)',
    fix: 'Write the name of the volume (spec.volumes[].name).',
    example: 'dev.gvisor.spec.mount.app.type: bind   # "app" is a container',
    find: (context) => {
      if (!context.placed) return [];
      return [...context.hintedNames].flatMap(([name, key]): Found[] => {
        if (context.volume(name) !== undefined) return [];
        const mistake = mistakenFor(context, name);
        if (mistake === undefined) return [];
        return [
          {
            place: context.annotation(key),
            message: `${JSON.stringify(name)} is ${mistake}, not a volume of the pod; the sandbox does not start`,
          },
        ];
      });
    },
  },
  {
    code: 'hint-volume-elsewhere',
    severity: 'error',
    what: 'A hint is for a volume that kubelet does not keep under its name.',
    why: 'The shim finds a volume at pods/UID/volumes/PLUGIN/NAME only. A hostPath is not there, and the volume of a claim has the name of its PersistentVolume there, so the sandbox does not start.',
    source: 'gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations), Kubernetes pkg/volume',
    fix: 'Remove the hint. Without a hint the volume is the host directory, which is what such volumes need.',
    example: 'dev.gvisor.spec.mount.data.type: bind   # data is a persistentVolumeClaim',
    find: (context) =>
      [...context.hintedNames].flatMap(([name, key]): Found[] => {
        const volume = context.volume(name);
        if (volume === undefined || isKeptByKubelet(volume)) return [];
        const message = `volume ${JSON.stringify(name)} ${ELSEWHERE[volume.kind] ?? 'is not kept by kubelet'}: the shim does not find it, and the sandbox does not start`;
        return [{ place: context.annotation(key), message }];
      }),
  },
  {
    code: 'hint-volume-no-effect',
    severity: 'warning',
    what: 'A hint is for a volume whose mounts come from below its directory.',
    why: 'runsc matches hints and mounts by equal sources. An inline CSI volume is found by its name, but mounted from its subdirectory "mount", so the hint belongs to no mount.',
    source: 'gVisor runsc/boot/mount_hints.go (FindMount), Kubernetes pkg/volume/csi',
    fix: 'Remove the hint.',
    example: 'dev.gvisor.spec.mount.data.type: bind   # data is an inline csi volume',
    find: (context) =>
      context.hints
        .filter((hint) => below(context, hint))
        .map((hint) => ({
          place: context.hint(hint.name, 'type'),
          message: `volume ${JSON.stringify(hint.name)} is mounted from below ${hint.source}, so its hint does nothing`,
        })),
  },
  {
    code: 'hint-volume-unmounted',
    severity: 'error',
    what: 'A hint is for a volume that no container mounts.',
    why: "kubelet makes the directories of the volumes that a container mounts, and of no others. gVisor's shim looks for the hinted volume's, finds none, and the sandbox does not start. Often the mount is missing.",
    source:
      'Kubernetes pkg/kubelet/volumemanager/populator (processPodVolumes); gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations); observed (docs/node-observations.md)',
    fix: 'Mount the volume, or remove the hint.',
    example: 'dev.gvisor.spec.mount.cache.type: bind   # no volumeMounts entry has name: cache',
    find: (context) => {
      if (!context.placed) return [];
      const used = namesOfUsedVolumes(context.placed.pod);
      return [...context.hintedNames]
        .filter(([name]) => context.volume(name) !== undefined && !used.has(name))
        .map(([name, key]) => ({
          place: context.annotation(key),
          message: `no container mounts volume ${JSON.stringify(name)}, so kubelet does not make its directory, and the sandbox does not start`,
        }));
    },
  },
  {
    code: 'hint-hides-data',
    severity: 'error',
    what: 'A tmpfs hint is on a volume that comes with data.',
    why: 'A tmpfs of the sandbox takes the place of the host directory: the pod sees an empty directory instead of the data of a configMap, a secret or another volume, and what it writes does not last.',
    source: 'gVisor runsc/boot/vfs.go (mountSharedMaster), runsc/container/container.go (initGoferConfs)',
    fix: 'Remove the hint, or write type: bind and share: shared.',
    example: 'dev.gvisor.spec.mount.config.type: tmpfs   # config is a configMap',
    find: (context) =>
      context.hints
        .filter((hint) => hint.name !== SHM_VOLUME && hides(context, hint))
        .map((hint) => {
          const volume = context.volume(hint.name);
          const what = volume && isGiven(volume) ? `a ${volume.kind}` : 'no emptyDir';
          return {
            place: context.hint(hint.name, 'type'),
            message: `volume ${JSON.stringify(hint.name)} is ${what}, and the pod sees an empty directory instead of its data`,
          };
        }),
  },
  {
    code: 'kubelet-dir-elsewhere',
    severity: 'warning',
    what: "Kubelet keeps this pod's volumes outside /var/lib/kubelet, and the pod has hints.",
    why: "gVisor's own shim looks in /var/lib/kubelet only. On k0s (/var/lib/k0s/kubelet) and microk8s any hint makes it fail the sandbox; where a link leads there, the sandbox starts, but no mount matches its hint. Not said of volumes below the directory that is given as kubelet's: who gives it has the specs rewritten for it.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (kubeletPodsDir)',
    fix: "Set kubelet's --root-dir to /var/lib/kubelet, or let this package rewrite the specs, with that directory as kubelet's. A link at /var/lib/kubelet does not help: the shim compares paths as texts.",
    example: '{"destination": "/cache", "source": "/var/lib/k0s/kubelet/pods/…"}   # in config.json',
    find: (context) => {
      if (context.hintedNames.size === 0 || context.placed) return [];
      const at = context.mounts.find((each) => otherKubeletDir(context, each) !== undefined);
      if (!at) return [];
      const message = `volumes are below ${otherKubeletDir(context, at)}, where gVisor's own shim does not look`;
      return [{ place: context.mount(at), message }];
    },
  },
];
