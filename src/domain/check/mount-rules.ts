import { fieldOf } from '../manifest/place-pod.ts';
import { isSharedPropagation } from '../runsc/mount-options.ts';
import type { ServedMount } from '../runsc/served-mount.ts';
import { forceSharedKey } from '../spec/annotation-keys.ts';
import { annotation } from '../spec/identity.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import type { CheckContext, ContainerMount } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

function subPathVolume({ mount }: ServedMount): string | undefined {
  if (!mount.source.includes('/volume-subpaths/')) return undefined;
  return /\/pods\/[^/]+\/volume-subpaths\/([^/]+)\//.exec(mount.source)?.[1];
}

/** Whether a hinted volume is the host directory for all that mount it whole, so that a part of it agrees. */
function staysOnHost(context: CheckContext, name: string): boolean {
  const forced = annotation(context.authored, forceSharedKey(name)) ?? '';
  if (context.pod.shim.emptyDir.forceShared && parseGoBoolean(forced) === true) return true;
  const hint = context.hints.find((each) => each.name === name);
  const mounts = hint ? context.mountsOf(hint) : [];
  return mounts.length > 0 && mounts.every(({ mount }) => mount.serving === 'gofer');
}

/** The volume that a mount of a manifest names, where the pod has none of that name. */
function missingVolume(context: CheckContext, at: ContainerMount): string | undefined {
  const path = context.mount(at).path.map(String);
  const name = fieldOf(context.placed?.pod, ...path, 'name');
  return typeof name === 'string' && context.volume(name) === undefined ? name : undefined;
}

function withoutSource(context: CheckContext): Found[] {
  return context.failed(
    'no-source',
    (_, at) => {
      const { mount, containerName } = at;
      const { destination } = mount.mount;
      const name = missingVolume(context, at);
      return name === undefined
        ? `${destination} of ${containerName} is a bind mount without a source`
        : `the mount ${destination} of ${containerName} names the volume ${JSON.stringify(name)}, which the pod does not have`;
    },
    (_, at) => {
      const name = missingVolume(context, at);
      if (name === undefined) return undefined;
      const meant = closest(name, context.placed?.volumes.keys() ?? []);
      return (
        didYouMean(meant, JSON.stringify) ??
        "Correct the mount's name, or add a volume of that name to the pod."
      );
    },
  );
}

/** The type that the author's hint for a volume gives to the volume's mounts. */
function hintedType(context: CheckContext, name: string | undefined): string | undefined {
  return context.hintKeys.find((each) => each.name === name && each.field === 'type')?.value;
}

/** What is wrong with containers' mounts. */
export const mountRules: readonly DiagnosticRule[] = [
  {
    code: 'mount-looser-than-hint',
    severity: 'error',
    what: 'A mount allows what the hint of its volume forbids.',
    why: "The hint's options are those of the one tmpfs that all containers share. A mount without the hint's ro, noexec, noatime or (since release 20250820) nosuid would be looser, and its container does not start.",
    source: 'gVisor runsc/boot/mount_hints.go (checkCompatible)',
    fix: "Give the mount the option (readOnly: true for ro), or take it out of the hint's options.",
    example: 'dev.gvisor.spec.mount.cache.options: ro   # and a volumeMount without readOnly: true',
    find: (context) =>
      context.failed(
        'looser-than-hint',
        ({ missing }, { mount, containerName }) =>
          `${mount.mount.destination} of ${containerName} lacks ${missing.join(', ')} of the hint, and the container does not start`,
      ),
  },
  {
    code: 'sub-path-on-hinted-volume',
    severity: 'error',
    what: 'A hinted volume is mounted with a subPath.',
    why: "The subPath mount has another source, which no hint matches: it is the host directory, while the other mounts are the sandbox's tmpfs. The two copies diverge. Kubelet also makes the subdirectory in the emptyDir, which is then not empty any more, so that what the shim makes of it depends on the order of things.",
    source: 'gVisor runsc/boot/mount_hints.go (FindMount), Kubernetes pkg/volume/util/subpath',
    fix: 'Remove the hint, or mount the whole volume.',
    example: 'volumeMounts: [{name: cache, mountPath: /c, subPath: a}]   # cache is hinted',
    find: (context) =>
      context.mounts.flatMap((at): Found[] => {
        const name = subPathVolume(at.mount);
        if (name === undefined || !context.hintedNames.has(name) || staysOnHost(context, name)) return [];
        const message = `${at.mount.mount.destination} of ${at.containerName} is a subPath of the hinted volume ${JSON.stringify(name)}: it is the host directory, and the other mounts are the sandbox's own, so that there are two copies`;
        if (!context.pod.shim.emptyDir.forceShared) return [{ place: context.mount(at), message }];
        const fix = `Write ${forceSharedKey(name)}: "true", remove the hint, or mount the whole volume.`;
        return [{ place: context.mount(at), message, fix }];
      }),
  },
  {
    code: 'mount-propagation-shared',
    severity: 'error',
    what: 'A mount is Bidirectional (shared or rshared).',
    why: 'runsc refuses bind mounts that would carry mounts from the sandbox to the host: the container does not start.',
    source: 'gVisor runsc/specutils/fs.go (invalidOptions)',
    fix: 'Use mountPropagation: HostToContainer, or none.',
    example: 'volumeMounts: [{name: data, mountPath: /d, mountPropagation: Bidirectional}]',
    find: (context) =>
      context.failed('option-refused', ({ option }, { mount, containerName }) =>
        isSharedPropagation(option)
          ? `${mount.mount.destination} of ${containerName} is ${option}, and the container does not start`
          : undefined,
      ),
  },
  {
    code: 'mount-option-unknown',
    severity: 'error',
    what: 'A bind mount has an option that this release of runsc refuses.',
    why: "Before release 20240501 runsc refused every option outside its list on a container's bind mount.",
    source: 'gVisor runsc/specutils/fs.go (validateMountOption), before release-20240501.0',
    fix: 'Remove the option, or upgrade runsc.',
    example: '{"destination": "/d", "type": "bind", "options": ["rbind", "idmap"]}   # with release 20240101',
    find: (context) =>
      context.failed('option-refused', ({ option }, { mount, containerName }) =>
        isSharedPropagation(option)
          ? undefined
          : `${mount.mount.destination} of ${containerName} has the option ${JSON.stringify(option)}, and the container does not start`,
      ),
  },
  {
    code: 'mount-without-source',
    severity: 'error',
    what: 'A bind mount has no source, or names a volume that the pod does not have.',
    why: 'runsc has no file to serve it from, and the container does not start. Kubernetes refuses a pod with a mount of a volume that it does not have.',
    source:
      'gVisor runsc/boot/vfs.go (getMountNameAndOptions), Kubernetes pkg/apis/core/validation (ValidateVolumeMounts)',
    fix: 'Give the mount a source; in a manifest, the name of a volume of the pod.',
    example: 'volumeMounts: [{name: chache, mountPath: /c}]   # the volume is "cache"',
    find: withoutSource,
  },
  {
    code: 'mount-type-not-shared',
    severity: 'error',
    what: 'A mount of a hinted volume is neither a bind nor a tmpfs mount.',
    why: 'runsc makes the shared tmpfs from the first mount. It does not know this file system type, and the container does not start.',
    source: 'gVisor runsc/boot/vfs.go (mountSharedMaster)',
    fix: 'Make it a bind mount, or remove the hint.',
    example: '{"destination": "/d", "type": "nfs", "source": "…/cache"}   # cache is hinted',
    find: (context) =>
      context.failed('no-tmpfs', ({ type }, { mount, containerName }) =>
        // hint-type-unknown tells of a type that the hint itself gives to the mount.
        type === hintedType(context, mount.hint?.name)
          ? undefined
          : `${mount.mount.destination} of ${containerName} is of type ${JSON.stringify(type)}, which runsc cannot share`,
      ),
  },
  {
    code: 'filestore-unwritable',
    severity: 'error',
    what: 'A hinted volume cannot be written on the host.',
    why: 'runsc makes a filestore in the volume, even for read-only mounts. If it cannot, the container does not start.',
    source: 'gVisor runsc/container/container.go (createGoferFilestoreInSelf)',
    fix: 'Remove the hint: a volume that is read-only on the host needs none.',
    example: 'volumes: [{name: data, nfs: {server: s, path: /, readOnly: true}}]   # data is hinted',
    find: (context) =>
      context.failed(
        'filestore-unwritable',
        ({ source }, { mount, containerName }) =>
          `${mount.mount.destination} of ${containerName} needs a filestore in ${source}, which is read-only`,
      ),
  },
  {
    code: 'source-not-directory',
    severity: 'warning',
    what: 'The source of a hinted mount is not a directory.',
    why: 'A file has no room for a filestore, so runsc keeps the mount in memory.',
    source: 'gVisor runsc/container/container.go (createGoferConf)',
    fix: 'Remove the hint.',
    example: '{"destination": "/f", "type": "bind", "source": "/srv/one-file"}   # hinted',
    find: (context) =>
      context.mounts
        .filter(({ mount }) => mount.why.some(({ kind }) => kind === 'not-a-directory'))
        .map((at) => ({
          place: context.mount(at),
          message: `${at.mount.mount.source} is not a directory, so ${at.mount.mount.destination} of ${at.containerName} is kept in memory`,
        })),
  },
  {
    code: 'directfs-off',
    severity: 'error',
    what: "A hint switches directfs off for a container's mount.",
    why: 'The sandbox goes by its own hints and a container\'s gofer by that container\'s spec, which has no source for the hint. The two disagree, and the container does not start ("cannot allocate memory").',
    source:
      'gVisor runsc/boot/mount_hints.go (SuppressDirectFS), release-20260520.0; observed (docs/runsc-observations.md)',
    fix: 'Remove .directfs; to do without directfs set it to false in runsc.toml.',
    example: 'dev.gvisor.spec.mount.data.directfs: "off"',
    find: (context) =>
      context.hints.flatMap((hint): Found[] => {
        const failed = context.failuresOf(hint).find(({ failure }) => failure.kind === 'directfs-off');
        if (!failed) return [];
        const message = `directfs is off for volume ${JSON.stringify(hint.name)}, and ${failed.at.containerName}, whose own spec does not tell, does not start`;
        return [{ place: context.hint(hint.name, 'directfs'), message }];
      }),
  },
  {
    code: 'overlay-read-only',
    severity: 'error',
    what: 'A bind hint is on a read-only mount.',
    why: 'A bind hint with share container or pod puts an overlay over the directory. On a read-only mount runsc cannot hide its filestore ("failed to create whiteout"), and the container does not start.',
    source: 'gVisor runsc/boot/vfs.go (configureOverlay); observed (docs/runsc-observations.md)',
    fix: 'Write share: shared, or remove the hint: read-only mounts need none.',
    example:
      'dev.gvisor.spec.mount.config.type: bind\ndev.gvisor.spec.mount.config.share: pod   # config is mounted read-only',
    find: (context) =>
      context.failed(
        'overlay-read-only',
        (_, { mount, containerName }) =>
          `${mount.mount.destination} of ${containerName} is read-only and gets an overlay, so the container does not start`,
      ),
  },
  {
    code: 'source-is-symlink',
    severity: 'error',
    what: 'The directory of a hinted volume is a symbolic link.',
    why: 'runsc opens the directory of a filestore without following a link at its end, and the container does not start.',
    source:
      'gVisor runsc/container/container.go (createGoferFilestoreInSelf); observed (docs/runsc-observations.md)',
    fix: "Remove the hint, or put a directory in the link's place. Links on the way to it are fine.",
    example:
      'ln -s /big/cache /var/lib/kubelet/pods/UID/volumes/kubernetes.io~empty-dir/cache   # on the node',
    find: (context) =>
      context.failed(
        'source-symlink',
        ({ source }, { mount, containerName }) =>
          `${mount.mount.destination} of ${containerName} needs a filestore in ${source}, which is a symbolic link`,
      ),
  },
];
