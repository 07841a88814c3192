import { parseQuantity } from '../hints/quantity.ts';
import { formatTmpfsSize } from '../hints/tmpfs-size.ts';
import { fieldOf } from '../manifest/place-pod.ts';
import { isSharedPropagation, OPTION_NAMES, optionName } from '../runsc/mount-options.ts';
import type { Hint } from '../runsc/read-hints.ts';
import type { TmpfsRefusal } from '../runsc/tmpfs-options.ts';
import { isBindOption } from '../spec/mount.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Place } from '../text/place.ts';
import type { CheckContext, ContainerMount } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

const OVERRULED: readonly (readonly [string, string])[] = [
  ['ro', 'rw'],
  ['noexec', 'exec'],
  ['noatime', 'atime'],
  ['nosuid', 'suid'],
];

const REASONS: { readonly [R in TmpfsRefusal['reason']]: string } = {
  'two-equals': 'no option has two "="',
  size: 'a size is a number with at most one of k m g t p e, in powers of 1024: 1g, not 1Gi',
  'size-percent': 'a percentage is taken since release 20260520',
  'size-too-large': 'a size, rounded up to pages of 4096 bytes, fits into 64 bits',
  mode: 'a mode is an octal number of 32 bits, such as 0755',
  uid: 'a uid is a number below 4294967295',
  gid: 'a gid is a number below 4294967295',
};

const TMPFS_DATA = /^(size|mode|uid|gid)=/;

/** A hint's options, written anew with a size in place of one that tmpfs refuses. */
function optionsWithSize(hint: Hint, bytes: bigint): string {
  const others = hint.options.filter((option) => !option.startsWith('size='));
  return [...others, `size=${formatTmpfsSize(bytes)}`].join(',');
}

/** In bytes; `undefined` where the container has no limit. */
function memoryLimit({ pod, placed }: CheckContext, container: number): bigint | undefined {
  const member = placed?.containers[container];
  if (member) {
    const [, list, index] = member.path;
    const limit = fieldOf(placed?.pod, 'spec', String(list), String(index), 'resources', 'limits', 'memory');
    return typeof limit === 'string' || typeof limit === 'number' ? parseQuantity(String(limit)) : undefined;
  }
  const limit = fieldOf(pod.containers[container]?.original, 'linux', 'resources', 'memory', 'limit');
  return isInt64(limit) && limit > 0 ? BigInt(limit) : undefined;
}

/** The fields of `linux.resources.memory` that the OCI spec reads as signed 64-bit integers. */
const MEMORY_FIELDS = ['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'];

/** Whether Go reads a number of JSON as a signed 64-bit integer. */
function isInt64(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** The memory resources of the specs on a node that no OCI runtime can read. */
function unreadableNumbers({ pod, placed }: CheckContext): Found[] {
  if (placed) return [];
  const members = pod.containers.map((member, index) => ({ member, in: index as Place['in'] }));
  if (!pod.containers.includes(pod.sandbox)) members.unshift({ member: pod.sandbox, in: 'sandbox' });
  return members.flatMap(({ member, in: where }) =>
    MEMORY_FIELDS.flatMap((field): Found[] => {
      const path = ['linux', 'resources', 'memory', field];
      const value = fieldOf(member.original, ...path);
      if (value === undefined || value === null || isInt64(value)) return [];
      const message = `${path.join('.')} of ${member.name} is ${typeof value === 'number' ? value : JSON.stringify(value)}, which is not a 64-bit integer: runsc cannot read the spec`;
      return [{ place: { in: where, path }, message }];
    }),
  );
}

function isInMemory({ mount }: ContainerMount): boolean {
  return mount.storage === 'memory' || mount.storage === 'host-tmpfs';
}

function aboveLimit(context: CheckContext, at: ContainerMount): Found[] {
  const { size, hint, mount } = at.mount;
  if (!isInMemory(at) || size.kind !== 'bytes' || mount.destination === '/dev/shm') return [];
  const limit = memoryLimit(context, at.container);
  if (limit === undefined || size.bytes <= limit) return [];
  const place = size.from === 'hint' && hint ? context.hint(hint.name, 'options') : context.mount(at);
  const message = `${mount.destination} of ${at.containerName} is in memory and may grow to ${formatTmpfsSize(size.bytes)}, above the container's memory limit of ${formatTmpfsSize(limit)}`;
  return [{ place, message }];
}

function unenforced(context: CheckContext, hint: Hint): Found[] {
  const volume = context.volume(hint.name);
  if (volume?.sizeLimit === undefined || !hint.sharedMaster) return [];
  const limitless = context
    .mountsOf(hint)
    .some(({ mount }) => mount.size.kind === 'none' || mount.size.kind === 'half-of-memory');
  if (!limitless) return [];
  const options = optionsWithSize(hint, volume.sizeLimit);
  return [
    {
      place: context.volumePlace(hint.name, 'emptyDir', 'sizeLimit'),
      message: `sizeLimit of volume ${JSON.stringify(hint.name)} is not enforced in the sandbox, which has no size= of its own`,
      fix: `Write dev.gvisor.spec.mount.${hint.name}.options: ${JSON.stringify(options)}`,
    },
  ];
}

/** Options of a hint that do nothing because the hint makes no shared tmpfs. */
function withoutTmpfs(context: CheckContext, hint: Hint): Found[] {
  const options = hint.options.filter((option) => TMPFS_DATA.test(option)).join(',');
  if (hint.sharedMaster || options === '') return [];
  const message = `${options} does nothing: a hint of type ${hint.type} with share ${hint.share} makes no shared tmpfs`;
  const fix = 'Use share: container or share: pod, or remove the options.';
  return [{ place: context.hint(hint.name, 'options'), message, fix }];
}

/** An option with a size in Kubernetes' binary units, which tmpfs refuses, in the letters of tmpfs. */
function writtenForTmpfs(option: string): string {
  const [, quantity = ''] = /^size=(\d.*[KMGTPE]i)$/.exec(option) ?? [];
  const bytes = quantity === '' ? undefined : parseQuantity(quantity);
  return bytes === undefined ? option : `size=${formatTmpfsSize(bytes)}`;
}

/** Options of a hint that do nothing because runsc does not know them. */
function unknownOptions(context: CheckContext, hint: Hint): Found[] {
  const refused = new Set(context.refusalsOf(hint).map(({ option }) => option));
  return hint.options
    .filter((option) => option !== '' && !refused.has(option) && !OPTION_NAMES.includes(optionName(option)))
    .map((option) => {
      const name = optionName(option);
      const withValue = (meant: string) => writtenForTmpfs(`${meant}${option.slice(name.length)}`);
      return {
        place: context.hint(hint.name, 'options'),
        message: `runsc does not know the option ${JSON.stringify(option)}, and passes over it`,
        fix: didYouMean(closest(name, OPTION_NAMES), withValue) ?? 'Remove the option.',
      };
    });
}

/** What is wrong with a hint's options and sizes. */
export const hintOptionRules: readonly DiagnosticRule[] = [
  {
    code: 'hint-option-dropped',
    severity: 'warning',
    what: 'runsc drops an option of a hint.',
    why: "shared and rshared would carry mounts out of the sandbox, and are dropped with a warning in the log. Before release 20240501 every option outside runsc's list is dropped too, size= and mode= among them.",
    source: 'gVisor runsc/specutils/fs.go (FilterMountOptions)',
    fix: 'Remove the option; with an earlier release, upgrade runsc.',
    example: 'dev.gvisor.spec.mount.cache.options: rw,rshared',
    find: (context) =>
      context.pod.explanation.ignored.flatMap((each): Found[] =>
        each.kind === 'option-dropped'
          ? [
              {
                place: context.annotation(each.key),
                message: `runsc drops option ${JSON.stringify(each.option)}`,
                fix: isSharedPropagation(each.option)
                  ? 'Remove the option.'
                  : 'Remove the option, or upgrade runsc.',
              },
            ]
          : [],
      ),
  },
  {
    code: 'hint-option-overruled',
    severity: 'warning',
    what: 'An option of a hint is overruled by its opposite.',
    why: 'ro, noexec, noatime and nosuid always win over rw, exec, atime and suid, in whatever order they stand.',
    source: 'gVisor runsc/boot/vfs.go (ParseMountOptions)',
    fix: 'Keep one of the two.',
    example: 'dev.gvisor.spec.mount.cache.options: ro,rw',
    find: (context) =>
      context.hints.flatMap((hint) =>
        OVERRULED.filter(
          ([tight, loose]) => hint.options.includes(tight) && hint.options.includes(loose),
        ).map(([tight, loose]) => ({
          place: context.hint(hint.name, 'options'),
          message: `${tight} wins over ${loose}`,
        })),
      ),
  },
  {
    code: 'hint-option-bind',
    severity: 'error',
    what: 'The options of a tmpfs hint have bind or rbind.',
    why: 'With a bind mount, the first mount of the volume takes a gofer connection, and the second crashes the sandbox with all its containers.',
    source: 'gVisor runsc/container/container.go (initGoferConfs), runsc/boot/vfs.go (getSharedMount)',
    fix: 'Remove bind and rbind from the options.',
    example: 'dev.gvisor.spec.mount.cache.options: rbind,rw',
    find: (context) =>
      context.hints
        .filter((hint) => hint.sharedMaster && hint.options.some(isBindOption))
        .map((hint) => ({
          place: context.hint(hint.name, 'options'),
          message: `the tmpfs hint for ${JSON.stringify(hint.name)} has the option ${hint.options.find(isBindOption)}: a second mount of the volume crashes the sandbox`,
        })),
  },
  {
    code: 'hint-option-no-effect',
    severity: 'warning',
    what: 'An option of a hint does nothing.',
    why: 'Only the shared master of a tmpfs hint with share container or pod takes its options. A private tmpfs takes the options of its mount; a host directory takes none. Of the options with a value, a tmpfs is given size, mode, uid and gid alone; runsc passes over one that it does not know, such as a misspelt one.',
    source:
      'gVisor runsc/boot/vfs.go (mountSharedMaster, consumeMountOptions); observed (docs/runsc-observations.md)',
    fix: 'Correct the option, or remove it; size, mode, uid and gid need share: container or share: pod.',
    example:
      'dev.gvisor.spec.mount.cache.type: tmpfs\ndev.gvisor.spec.mount.cache.share: shared\ndev.gvisor.spec.mount.cache.options: size=1g',
    find: (context) =>
      context.hints.flatMap((hint) => [...withoutTmpfs(context, hint), ...unknownOptions(context, hint)]),
  },
  {
    code: 'tmpfs-option-refused',
    severity: 'error',
    what: 'tmpfs refuses an option of a hint or a mount.',
    why: 'The first container that mounts the volume does not start.',
    source:
      'gVisor pkg/sentry/fsimpl/tmpfs/tmpfs.go (GetFilesystem, parseSize), runsc/boot/vfs.go (parseMountOption)',
    fix: 'Write size= as a number with one of k m g t p e, mode= in octal, uid= and gid= as numbers.',
    example: 'dev.gvisor.spec.mount.cache.options: rw,size=1Gi',
    find: (context) => {
      const message = ({ option, reason }: TmpfsRefusal) =>
        `tmpfs refuses ${JSON.stringify(option)}: ${REASONS[reason]}`;
      const ofHints = context.hints.flatMap((hint): Found[] =>
        context.refusalsOf(hint).map((refusal) => ({
          place: context.hint(hint.name, 'options'),
          message: message(refusal),
        })),
      );
      const ofMounts = context.failed('tmpfs-option', ({ refusal, from }) =>
        from === 'mount' ? message(refusal) : undefined,
      );
      return [...ofHints, ...ofMounts];
    },
  },
  {
    code: 'tmpfs-size-zero',
    severity: 'warning',
    what: 'A hint has size=0.',
    why: 'Before release 20260520 such a tmpfs cannot hold anything; since then it has no limit.',
    source: 'gVisor pkg/sentry/fsimpl/tmpfs/tmpfs.go, release-20260520.0',
    fix: 'Write the size that is meant.',
    example: 'dev.gvisor.spec.mount.cache.options: rw,size=0',
    find: (context) =>
      context.hints.flatMap((hint): Found[] => {
        const zero = hint.sharedMaster && hint.options.find((option) => /^size=0+[kmgtpe%]?$/i.test(option));
        if (!zero) return [];
        const { newSizes, release } = context.pod.explanation.rules;
        const effect = newSizes ? 'no limit' : 'a tmpfs that holds nothing';
        return [
          {
            place: context.hint(hint.name, 'options'),
            message: `${zero} is ${effect} in release ${release}`,
          },
        ];
      }),
  },
  {
    code: 'size-above-memory-limit',
    severity: 'warning',
    what: 'A volume in memory may grow above the memory limit of a container that uses it.',
    why: "A tmpfs in memory counts as the pod's memory, so the pod is killed before the volume is full.",
    source: 'gVisor pkg/sentry/fsimpl/tmpfs (memory file), Kubernetes pkg/volume/emptydir',
    fix: 'Lower size=, raise the limit, or keep the volume on disk (type: bind on an emptyDir without a medium).',
    example: 'dev.gvisor.spec.mount.cache.options: size=4g   # resources.limits.memory: 1Gi',
    find: (context) => context.mounts.flatMap((at) => aboveLimit(context, at)),
  },
  {
    code: 'memory-limit-not-integer',
    severity: 'error',
    what: 'A memory resource of a spec is not a 64-bit integer.',
    why: 'OCI runtimes read limit, reservation, swap, kernel and kernelTCP of linux.resources.memory as signed 64-bit integers. runsc refuses the whole spec, and the container does not start.',
    source:
      'OCI runtime-spec specs-go/config.go (LinuxMemory), gVisor runsc/specutils/specutils.go (ReadSpec)',
    fix: 'Write a whole number of bytes, without a point or an exponent.',
    example: '"linux": {"resources": {"memory": {"limit": 1.5}}}   # in config.json',
    find: unreadableNumbers,
  },
  {
    code: 'size-limit-not-enforced',
    severity: 'warning',
    what: 'An emptyDir has a sizeLimit, but its hint has no size=.',
    why: "The sandbox does not know the limit: a volume in a file grows until kubelet evicts the pod, and one in memory up to half of the node's memory.",
    source: 'gVisor runsc/boot/vfs.go (mountSharedMaster), Kubernetes pkg/kubelet/eviction',
    fix: "Add size= to the hint's options, in the letters of tmpfs: 2Gi is size=2g.",
    example: 'emptyDir: {sizeLimit: 2Gi}   # and options: rw,rprivate',
    find: (context) => context.hints.flatMap((hint) => unenforced(context, hint)),
  },
];
