import { FLAG_PREFIX, type FlagRefusal } from '../runsc/runsc-flags.ts';
import { HOST_UDS, isHintKey, MOUNT_PREFIX, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { annotation } from '../spec/identity.ts';
import { GCS_FUSE_VOLUME } from '../spec/volume.ts';
import { byVolume, type CheckContext, keysInWords } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

const OVERLAY2 = `${FLAG_PREFIX}overlay2`;

/** A flag that a pod sets: in a manifest once, in bundles in each spec. */
function flagKeys(context: CheckContext, key: string): Found['place'][] {
  return annotation(context.authored, key) === undefined ? [] : [context.annotation(key)];
}

interface Refused {
  readonly refusal: FlagRefusal;
  /** What does not start because of it. */
  readonly of: string;
  readonly place: Found['place'];
}

function refusedFlags(context: CheckContext): Refused[] {
  const { sandboxFlagRefusals, containers } = context.pod.explanation;
  const ofSandbox = sandboxFlagRefusals.map((refusal) => ({
    refusal,
    of: 'the sandbox',
    place: context.annotation(refusal.key),
  }));
  if (context.placed) return ofSandbox;
  const told = new Set(sandboxFlagRefusals.map(({ key, value }) => `${key}=${value}`));
  const ofContainers = containers.flatMap(({ name, flagRefusals }, index) =>
    flagRefusals
      .filter(({ key, value }) => !told.has(`${key}=${value}`))
      .map((refusal) => ({ refusal, of: name, place: context.containerAnnotation(index, refusal.key) })),
  );
  return [...ofSandbox, ...ofContainers];
}

function hintsOfContainers(context: CheckContext): Found[] {
  if (context.placed) return [];
  return context.pod.containers.flatMap(({ name, original }, index) => {
    const keys = Object.keys(original.annotations ?? {}).filter(
      (key) => key.startsWith(MOUNT_PREFIX) && annotation(context.authored, key) === undefined,
    );
    return [...byVolume(keys).values()].map((ofVolume) => ({
      place: context.containerAnnotation(index, ofVolume[0] ?? ''),
      message: `${keysInWords(ofVolume)} is in the spec of ${name} only; runsc reads hints from the sandbox's`,
    }));
  });
}

/** What pod authors should not write, or not in that place. */
export const tenantRules: readonly DiagnosticRule[] = [
  {
    code: 'tenant-source',
    severity: 'error',
    what: 'A manifest gives a hint its source.',
    why: "The source is a directory of the node, which gVisor's shim writes. A source by hand names no real volume, or another pod's.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (UpdateVolumeAnnotations)',
    fix: 'Remove the annotation.',
    example: 'dev.gvisor.spec.mount.cache.source: /var/lib/kubelet/pods/…',
    find: (context) =>
      context.placed
        ? context.hintKeys
            .filter(({ field }) => field === 'source')
            .map(({ key }) => ({
              place: context.annotation(key),
              message: 'the source of a hint is written by the shim, not in a manifest',
            }))
        : [],
  },
  {
    code: 'tenant-host-uds',
    severity: 'warning',
    what: "A pod opens the host's unix sockets to itself.",
    why: 'With host-uds set to open, create or all, the sandbox reaches sockets in mounted host directories. Whoever writes the manifest opens that hole in the sandbox.',
    source: 'gVisor runsc/config/flags.go (host-uds)',
    fix: 'Remove the annotation; set the flag in runsc.toml if all pods need it.',
    example: 'dev.gvisor.flag.host-uds: open',
    find: (context) => {
      const value = annotation(context.authored, HOST_UDS);
      const byShim = context.pod.explanation.hints.some(({ name }) => name === GCS_FUSE_VOLUME);
      if (value === undefined || value === 'none' || (byShim && !context.placed)) return [];
      return flagKeys(context, HOST_UDS).map((place) => ({
        place,
        message: `host-uds=${value} lets the pod reach unix sockets of the host`,
      }));
    },
  },
  {
    code: 'tenant-overlay2',
    severity: 'warning',
    what: 'A pod sets --overlay2 for all its mounts.',
    why: 'all:… puts a private layer over every writable host directory without a hint: claims, NFS and hostPath volumes lose what the pod writes.',
    source: 'gVisor runsc/container/container.go (initGoferConfs), runsc/config/flags.go (checkOverlay2)',
    fix: 'Remove the annotation, or write root:self.',
    example: 'dev.gvisor.flag.overlay2: all:memory',
    find: (context) => {
      const value = annotation(context.authored, OVERLAY2);
      if (value === undefined || !value.startsWith('all:')) return [];
      return flagKeys(context, OVERLAY2).map((place) => ({
        place,
        message: `overlay2=${value} keeps all writes to host directories inside the sandbox`,
      }));
    },
  },
  {
    code: 'flag-refused',
    severity: 'error',
    what: 'A pod sets a flag of runsc that it may not set, or to an invalid value.',
    why: 'runsc starts a container only if it accepts every dev.gvisor.flag annotation. Most flags need --allow-flag-override; overlay2 must not have a medium dir=.',
    source: 'gVisor runsc/config/flags.go (Override, overrideAllowlist)',
    fix: 'Remove the annotation; set the flag in runsc.toml.',
    example: 'dev.gvisor.flag.directfs: "false"',
    find: (context) =>
      refusedFlags(context).map(({ refusal: { key, value, reason }, of, place }) => {
        const flag = `--${key.slice(FLAG_PREFIX.length)}`;
        const text = JSON.stringify(value);
        const why =
          reason === 'invalid' ? `${text} is not a value of ${flag}` : `pods may not set ${flag} to ${text}`;
        return { place, message: `${why}, and ${of} does not start` };
      }),
  },
  {
    code: 'reserved-volume-name',
    severity: 'error',
    what: `A hint is for ${SHM_VOLUME}.`,
    why: 'The shim shares /dev/shm under this name. Hints for it are overwritten, or make the sandbox fail.',
    source: 'gVisor pkg/shim/v1/utils/volumes.go (configureShm)',
    fix: 'Remove the hint; give the volume another name.',
    example: `dev.gvisor.spec.mount.${SHM_VOLUME}.type: bind`,
    find: (context) =>
      context.pod.wasRewritten
        ? []
        : context.hintKeys
            .filter(({ name }) => name === SHM_VOLUME)
            .slice(0, 1)
            .map(({ key }) => ({
              place: context.annotation(key),
              message: `${SHM_VOLUME} is reserved for /dev/shm`,
            })),
  },
  {
    code: 'hint-on-workload',
    severity: 'warning',
    what: 'A hint is on the workload instead of its pod template.',
    why: 'A Deployment, Job or other workload does not pass its own annotations on: its pods get those of the template, and so no hint.',
    source: 'Kubernetes API v1 (PodTemplateSpec)',
    fix: 'Move the annotations to spec.template.metadata.annotations.',
    example: 'kind: Deployment\nmetadata:\n  annotations: {dev.gvisor.spec.mount.cache.type: bind}',
    find: ({ placed }) => {
      const keys = (placed?.outerAnnotationKeys ?? []).filter((key) => key.startsWith('dev.gvisor.'));
      const others = keys.filter((key) => !isHintKey(key)).map((key) => [key]);
      return [...byVolume(keys.filter(isHintKey)).values(), ...others].map((ofVolume) => ({
        place: { in: 'workload', path: ['metadata', 'annotations', ofVolume[0] ?? ''] },
        message: `${keysInWords(ofVolume)} is on the workload, not on its pods, and does nothing`,
      }));
    },
  },
  {
    code: 'hint-on-container',
    severity: 'warning',
    what: "A hint is in a container's spec, but not in the sandbox's.",
    why: "runsc reads hints from the sandbox's spec, so the hint does nothing; the shim still changes the container's mounts by it. A restore from a checkpoint also needs every dev.gvisor annotation to be the same as before.",
    source: 'gVisor runsc/boot/loader.go (mountHints), runsc/boot/restore.go (validateSpecs)',
    fix: 'Put the hint on the pod, so that the engine gives it to sandbox and containers.',
    example: '"dev.gvisor.spec.mount.cache.type": "bind"   # in a container\'s config.json',
    find: hintsOfContainers,
  },
];
