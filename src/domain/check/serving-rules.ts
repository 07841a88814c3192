import { isEmptyDirPath } from '../layouts/kubelet-layout.ts';
import { fieldOf } from '../manifest/place-pod.ts';
import { isGiven } from '../manifest/volume-source.ts';
import type { Hint } from '../runsc/read-hints.ts';
import { kindOf } from '../runsc/serve-mount.ts';
import { forceSharedKey, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { annotation } from '../spec/identity.ts';
import { isAtShm } from '../spec/mount.ts';
import { GCS_FUSE_VOLUME } from '../spec/volume.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import type { CheckContext, ContainerMount } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

function isDiskEmptyDir(context: CheckContext, hint: Hint): boolean {
  if (!context.isEmptyDir(hint)) return false;
  const volume = context.volume(hint.name);
  return volume === undefined
    ? context.pod.sources.get(hint.source)?.onTmpfs === false
    : volume.medium === '';
}

/** Whether a container has the volume for its /dev/shm, of which the shim makes a tmpfs whatever the hint says. */
function isUsedAsShm(context: CheckContext, hint: Hint): boolean {
  return context.mountsOf(hint).some(({ mount }) => isAtShm(mount.mount));
}

const SHM_FIX =
  'Write type: tmpfs, and medium: Memory on the emptyDir: a volume at /dev/shm is in memory whatever its hint says.';

function losesWrites(context: CheckContext, { mount }: ContainerMount): boolean {
  const { hint, serving, readOnly } = mount;
  if (hint === undefined || serving !== 'overlay' || readOnly) return false;
  const volume = context.volume(hint.name);
  return !(volume && isGiven(volume)) && !isEmptyDirPath(hint.source);
}

function named({ mount, containerName }: ContainerMount): string {
  return `${mount.mount.destination} of ${containerName}`;
}

/** Hints whose mounts each become a tmpfs of their own, while several containers mount the volume. */
function divided(context: CheckContext): Found[] {
  return context.hints.flatMap((hint): Found[] => {
    const alone = context
      .mountsOf(hint)
      .filter(({ mount }) => mount.serving === 'private-memory' || mount.serving === 'private-file');
    const [first] = alone;
    if (first === undefined || context.mountsOf(hint).length < 2) return [];
    return [
      {
        place: context.hint(hint.name, 'share'),
        message: `each mount of volume ${JSON.stringify(hint.name)} is a tmpfs of its own (${alone.map(named).join(', ')}): nothing is shared`,
        ...(hint.type === 'bind' && { fix: 'Write type: tmpfs.' }),
      },
    ];
  });
}

function differingKinds(context: CheckContext, hint: Hint): Found[] {
  const [first, ...rest] = context.mountsOf(hint);
  const other = first && rest.find(({ mount }) => kindOf(mount.mount) !== kindOf(first.mount.mount));
  if (!hint.sharedMaster || first === undefined || other === undefined) return [];
  const message = `${named(first)} is a ${kindOf(first.mount.mount)} mount and ${named(other)} a ${kindOf(other.mount.mount)} mount: whichever starts first decides whether the volume is in memory or in a file`;
  const isFixedByMedium = context.placed !== undefined && isUsedAsShm(context, hint);
  return [{ place: context.mount(other), message, ...(isFixedByMedium && { fix: SHM_FIX }) }];
}

function writtenFromOutside(context: CheckContext, hint: Hint): boolean {
  if (!hint.sharedMaster) return false;
  if (context.pod.sources.get(hint.source)?.holdsData === true) return true;
  const forced = annotation(context.authored, forceSharedKey(hint.name));
  return hint.name === GCS_FUSE_VOLUME && parseGoBoolean(forced ?? '') !== true;
}

/** What runsc makes of the mounts that their author did not mean. */
export const servingRules: readonly DiagnosticRule[] = [
  {
    code: 'empty-dir-in-memory',
    severity: 'warning',
    what: 'A hint moves an emptyDir from disk into memory.',
    why: "type: tmpfs on an emptyDir without a medium, as in gVisor's documentation, serves it from the sandbox's memory, up to half of the node's. type: bind serves it as fast, shared in the same way, from a file on disk: after the shim's rewrite both are tmpfs hints, and the mount's type decides.",
    source:
      'gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations), runsc/boot/vfs.go (getSharedMount)',
    fix: 'Write type: bind to keep it on disk, or medium: Memory on the emptyDir if memory is meant.',
    example: 'emptyDir: {}   # and dev.gvisor.spec.mount.cache.type: tmpfs',
    find: (context) =>
      context.hints
        .filter((hint) => isDiskEmptyDir(context, hint))
        .filter((hint) => context.mountsOf(hint).some(({ mount }) => mount.storage === 'memory'))
        .map((hint) => ({
          place: context.hint(hint.name, 'type'),
          message: `volume ${JSON.stringify(hint.name)} is an emptyDir on disk, and this hint serves it from memory`,
          ...(isUsedAsShm(context, hint) && { fix: SHM_FIX }),
        })),
  },
  {
    code: 'bind-loses-writes',
    severity: 'error',
    what: "A bind hint keeps the pod's writes from a volume that should keep them.",
    why: 'type: bind with share: container or pod puts a private layer over the host directory. What the container writes never reaches the host, and is gone when the container ends.',
    source: 'gVisor runsc/container/container.go (initGoferConfs)',
    fix: 'Write share: shared, or remove the hint.',
    example:
      'dev.gvisor.spec.mount.data.type: bind\ndev.gvisor.spec.mount.data.share: pod   # data is an nfs volume',
    find: (context) =>
      context.mounts
        .filter((at) => losesWrites(context, at))
        .map((at) => ({
          place: context.mount(at),
          message: `what ${named(at)} writes never reaches the host, and is lost with the container`,
          // In earlier bands a bind hint with share: shared is an overlay too.
          ...(at.mount.hint?.share === 'shared' && { fix: 'Remove the hint, or upgrade runsc.' }),
        })),
  },
  {
    code: 'volume-mounted-twice',
    severity: 'error',
    what: 'A volume is mounted twice where runsc can serve it once.',
    why: 'An overlay, and a tmpfs in a file that is not shared, keep their data in one filestore for each sandbox and source. The second mount finds it there, and its container does not start.',
    source: 'gVisor runsc/container/container.go (createGoferFilestoreInSelf)',
    fix: 'Write share: shared for a host directory; type: bind and share: pod for an emptyDir, whose mounts are then one tmpfs.',
    example:
      'dev.gvisor.spec.mount.data.type: bind\ndev.gvisor.spec.mount.data.share: pod   # two containers mount data',
    find: (context) =>
      context.failed(
        'filestore-exists',
        ({ first }, at) => `${named(at)} does not start: ${first} has the volume's filestore already`,
        (_, { mount }) =>
          isEmptyDirPath(mount.mount.source)
            ? 'Write type: bind and share: pod: the mounts of an emptyDir are then one tmpfs.'
            : 'Write share: shared, or remove the hint.',
      ),
  },
  {
    code: 'hint-shares-nothing',
    severity: 'warning',
    what: 'A hinted volume is a separate tmpfs for each of its mounts.',
    why: 'Only tmpfs hints with share container or pod make one tmpfs for the whole pod. share: shared on a tmpfs mount, and a bind hint on one, give each mount its own.',
    source: 'gVisor runsc/boot/mount_hints.go (ShouldShareMount)',
    fix: 'Write share: pod.',
    example:
      'dev.gvisor.spec.mount.cache.type: tmpfs\ndev.gvisor.spec.mount.cache.share: shared   # two containers mount it',
    find: divided,
  },
  {
    code: 'mount-kinds-differ',
    severity: 'warning',
    what: 'The mounts of one shared volume are of different kinds.',
    why: 'The first mount makes the one tmpfs that all share, in memory or in a file, by its own type. The shim looks again for each container whether an emptyDir is empty, so data written between two of them leads to a bind mount beside tmpfs mounts.',
    source: 'gVisor runsc/boot/vfs.go (getSharedMount), pkg/shim/v1/utils/volumes.go (isEmptyDirEmpty)',
    fix: 'Recreate the pod; if that does not help, remove the hint.',
    example: 'one container has the volume as tmpfs, another as bind   # in config.json',
    find: (context) => context.hints.flatMap((hint) => differingKinds(context, hint)),
  },
  {
    code: 'rewrite-half-done',
    severity: 'error',
    what: "A container's spec was rewritten, but its sandbox's was not.",
    why: "runsc takes the hints from the sandbox's spec, where they have no source yet, and ignores them. The container's tmpfs mounts are private, its bind mounts are the host directory, and nothing is shared.",
    source:
      'gVisor runsc/boot/mount_hints.go (NewPodMountHints); observed (docs/runsc-observations.md, rule-half-rewritten-…)',
    fix: "Rewrite the sandbox's spec too, before the sandbox is created; a running pod has to be recreated.",
    example:
      '{"destination": "/c", "type": "tmpfs", "source": "…/cache"}   # and no cache.source in the sandbox',
    find: ({ pod }) =>
      pod.rewrittenAlone.map((index) => ({
        place: { in: index, path: ['mounts'] },
        message: `${pod.explanation.containers[index]?.name} was rewritten but its sandbox was not, so no hint takes effect and nothing is shared`,
      })),
  },
  {
    code: 'outside-writes-hidden',
    severity: 'warning',
    what: 'Somebody outside the pod writes to a volume that the sandbox keeps to itself.',
    why: 'Once the sandbox has a volume as its own tmpfs, nothing that is written to the host directory is seen in the pod.',
    source: 'gVisor runsc/boot/vfs.go (mountSharedMaster), pkg/shim/v1/utils/volumes.go (force-shared)',
    fix: 'Write dev.gvisor.empty-dir.NAME.force-shared: "true" (since release 20260615), or remove the hint.',
    example: 'volumes: [{name: gke-gcsfuse-tmp, emptyDir: {}}]   # with a hint',
    find: (context) =>
      context.hints
        .filter((hint) => writtenFromOutside(context, hint))
        .map((hint) => ({
          place: context.hint(hint.name, 'type'),
          message: `${hint.source} holds or gets data from outside the pod, which the pod does not see`,
          fix: `Write ${forceSharedKey(hint.name)}: "true" (since release 20260615) and recreate the pod, or remove the hint.`,
        })),
  },
  {
    code: 'share-container-of-many',
    severity: 'info',
    what: 'A hint says that one container uses the volume, but several do.',
    why: 'A tmpfs hint works all the same. For a bind hint, exclusive access means that changes of another container may go unseen.',
    source: 'gVisor runsc/boot/mount_hints.go (ShareType)',
    fix: 'Write share: pod.',
    example: 'dev.gvisor.spec.mount.cache.share: container   # two containers mount cache',
    find: (context) =>
      context.hints.flatMap((hint): Found[] => {
        if (hint.share !== 'container') return [];
        const containers = new Set(context.mountsOf(hint).map(({ containerName }) => containerName));
        if (containers.size < 2) return [];
        const message = `volume ${JSON.stringify(hint.name)} is used by ${[...containers].join(', ')}, not by one container`;
        return [{ place: context.hint(hint.name, 'share'), message }];
      }),
  },
  {
    code: 'fs-group-lost',
    severity: 'info',
    what: 'A pod has an fsGroup, but a hinted volume does not get it.',
    why: 'The root directory of a shared tmpfs belongs to root and has mode 1777, whatever kubelet did to the host directory. Everybody can write there, but files do not inherit the group.',
    source:
      'gVisor pkg/sentry/fsimpl/tmpfs/tmpfs.go (GetFilesystem), Kubernetes pkg/volume/util (SetVolumeOwnership)',
    fix: "Add gid= and mode=2775 to the hint's options, if the group matters.",
    example: 'securityContext: {fsGroup: 2000}   # and a tmpfs hint without gid=',
    find: (context) => {
      const group = fieldOf(context.placed?.pod, 'spec', 'securityContext', 'fsGroup');
      if (typeof group !== 'number') return [];
      return context.hints
        .filter((hint) => hint.sharedMaster && hint.name !== SHM_VOLUME && context.mountsOf(hint).length > 0)
        .filter((hint) => !hint.options.some((option) => option.startsWith('gid=')))
        .map((hint) => ({
          place: context.hint(hint.name, 'type'),
          message: `volume ${JSON.stringify(hint.name)} belongs to root in the sandbox, not to group ${group}`,
        }));
    },
  },
  {
    code: 'file-access-exclusive',
    severity: 'warning',
    what: 'Host directories without a hint are served as if nobody else changed them.',
    why: "With --file-access-mounts=exclusive, changes from outside (a configMap's update, another pod's files) may go unseen, and so may what another container of the pod creates.",
    source: 'gVisor runsc/config/flags.go (file-access-mounts), runsc/boot/vfs.go (getMountAccessType)',
    fix: 'Leave the flag at shared, and give hints to volumes that only one pod uses.',
    example: 'file-access-mounts = "exclusive"   # in runsc.toml',
    find: (context) => {
      const at = context.mounts.find(
        ({ mount }) =>
          mount.serving === 'gofer' &&
          mount.hint === undefined &&
          mount.access === 'exclusive' &&
          mount.mount.destination !== '/dev/shm',
      );
      if (!at) return [];
      return [
        {
          place: context.mount(at),
          message: `${named(at)} may miss what others change in ${at.mount.mount.source}`,
        },
      ];
    },
  },
];
