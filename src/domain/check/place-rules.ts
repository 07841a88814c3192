import type { ServedMount } from '../runsc/served-mount.ts';
import { cleanPath } from '../spec/clean-path.ts';
import type { ContainerMount } from './check-context.ts';
import type { DiagnosticRule } from './diagnostic.ts';

function isUnderOwnTmp({ mount }: ContainerMount): boolean {
  return mount.why.some(({ kind }) => kind === 'own-tmp');
}

function isVolume({ serving }: ServedMount): boolean {
  return serving !== 'special' && serving !== 'ignored';
}

/** What is wrong with the places where containers mount. */
export const placeRules: readonly DiagnosticRule[] = [
  {
    code: 'mount-point-unclean',
    severity: 'error',
    what: 'A mount that the sandbox serves itself has a path that is not clean, such as /data/ or /x/../y.',
    why: 'runsc cannot make the directory of such a path ("failed to create directory mountpoint … file exists"), so the container starts only if its image has that directory. A volume without a hint is not affected: its path is cleaned on the way. containerd and kubelet hand the path on as the manifest has it.',
    source:
      'gVisor runsc/boot/vfs.go (makeMountPoint); observed (docs/runsc-observations.md, rule-destination-…)',
    fix: 'Write the path without a slash at its end, and without . and .. in it.',
    example: 'volumeMounts: [{name: cache, mountPath: /cache/}]   # cache is hinted',
    find: (context) =>
      context.failed(
        'mount-point',
        ({ destination }, at) => {
          const clean = cleanPath(destination);
          return `${destination} of ${at.containerName} cannot be made, and the container does not start unless its image has ${clean}`;
        },
        ({ destination }) => `Write ${cleanPath(destination)}.`,
      ),
  },
  {
    code: 'mount-under-own-tmp',
    severity: 'error',
    what: "A mount that the sandbox serves itself is at /tmp/, and runsc's own /tmp lies over it.",
    why: 'runsc mounts a private tmpfs over an empty /tmp unless a mount is at exactly /tmp. The container works in that tmpfs: nothing is shared, and the volume with its size is not used. Where the image has no /tmp, the container does not start.',
    source: 'gVisor runsc/boot/vfs.go (mountTmp); observed (docs/runsc-observations.md, rule-tmp-…)',
    fix: 'Write /tmp.',
    example: 'volumeMounts: [{name: cache, mountPath: /tmp/}]   # cache is hinted',
    find: (context) =>
      context.mounts.filter(isUnderOwnTmp).map((at) => ({
        place: context.mount(at),
        message: `${at.mount.mount.destination} of ${at.containerName} is not exactly /tmp, so that a private tmpfs lies over it`,
      })),
  },
  {
    code: 'mount-hidden',
    severity: 'warning',
    what: 'A mount of a container is hidden by another one.',
    why: 'Of two mounts on one path the container sees the later one. A host directory that is listed before the one that it is in is hidden too: the gofer makes its mounts in the order of the list, and then serves what it finds at their places. Where it finds no directory there, the container does not start.',
    source:
      'gVisor runsc/boot/vfs.go (prepareMounts), runsc/cmd/sandboxsetup/gofer_mount.go (SetupMounts); observed (docs/runsc-observations.md, rule-two-mounts-…, rule-nested-…)',
    fix: 'Remove one of two mounts on one path, and list outer mounts before inner ones.',
    example:
      '[{"destination": "/v/a", "type": "bind", …}, {"destination": "/v", "type": "bind", …}]   # in config.json',
    find: (context) =>
      context.mounts
        .filter(({ mount }) => mount.hiddenBy !== undefined && isVolume(mount))
        .map((at) => ({
          place: context.mount(at),
          message: `${at.mount.mount.destination} of ${at.containerName} is hidden by the mount at ${at.mount.hiddenBy}`,
        })),
  },
];
