import { isGiven } from '../manifest/volume-source.ts';
import type { IgnoredHint } from '../runsc/read-hints.ts';
import { parseHintKey } from '../spec/annotation-keys.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { parseGoBoolean } from '../text/go-boolean.ts';
import type { CheckContext } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

const HINT_TYPES: readonly string[] = ['tmpfs', 'bind'];
const HINT_SHARES: readonly string[] = ['container', 'pod', 'shared'];

type Valued = Extract<IgnoredHint, { value: string }>;

function valued(context: CheckContext, kind: Valued['kind']): Valued[] {
  return context.pod.explanation.ignored.filter((each): each is Valued => each.kind === kind);
}

function found(context: CheckContext, { key, value }: Valued, wanted: string): Found {
  const message = `runsc ignores ${JSON.stringify(value)} here; it knows ${wanted}`;
  return { place: context.annotation(key), message };
}

/**
 * What to do about a type: the one that is nearly spelt so, but none where kubelet has put data into the volume, which
 * neither keeps in sight and lets the container start.
 */
function fixOfType(context: CheckContext, key: string, value: string): Pick<Found, 'fix'> {
  const volume = context.volume(parseHintKey(key)?.name ?? '');
  const isFilled = volume !== undefined && isGiven(volume);
  if (isFilled) return { fix: 'Remove the hint: the volume holds data for the pod to read, and needs none.' };
  const fix = didYouMean(closest(value, HINT_TYPES), (meant) => `type: ${meant}`);
  return fix === undefined ? {} : { fix };
}

function fixOfShare(value: string): Pick<Found, 'fix'> {
  const fix = didYouMean(closest(value, HINT_SHARES), (meant) => `share: ${meant}`);
  return fix === undefined ? {} : { fix };
}

/**
 * What becomes of mounts that the shim has given an unknown type. Where it also gave the sandbox's hint a source and the
 * type tmpfs, as for an empty emptyDir, runsc tries to share the mounts.
 */
function fateOfType(context: CheckContext, key: string): string {
  const name = parseHintKey(key)?.name;
  const isShared = context.failures.some(
    ({ at, failure }) => failure.kind === 'no-tmpfs' && at.mount.hint?.name === name,
  );
  return isShared ? 'the containers do not start' : 'nothing is mounted there';
}

function isHintType(value: string): boolean {
  return HINT_TYPES.includes(value);
}

const VALUE_KINDS: ReadonlyMap<string, IgnoredHint['kind']> = new Map([
  ['type', 'type-unknown'],
  ['share', 'share-unknown'],
  ['source', 'source-empty'],
]);

type Incomplete = Extract<IgnoredHint, { kind: 'incomplete' }>;

/**
 * What is missing from a hint, as its author can see it: the shim writes the source itself. Why it did not, findings
 * of their own say: `hint-volume-unknown`, and `rewrite-half-done`.
 */
function missingOf(
  { placed, pod }: CheckContext,
  { name, missing }: Incomplete,
  isTold: ReadonlySet<string>,
) {
  const isTheShims = placed !== undefined || pod.sandboxErrors.length + pod.rewrittenAlone.length > 0;
  return missing
    .filter((field) => !isTold.has(`${VALUE_KINDS.get(field)} ${name}`))
    .filter((field) => field !== 'source' || !isTheShims);
}

/** What is wrong with a hint's values. */
export const hintValueRules: readonly DiagnosticRule[] = [
  {
    code: 'hint-type-unknown',
    severity: 'error',
    what: 'The type of a hint is neither tmpfs nor bind.',
    why: "runsc ignores the type, and with it the whole hint, with a warning in its log. gVisor's shim still sets the containers' mounts to that type. Of an empty emptyDir with share container or pod it makes the sandbox's hint tmpfs: runsc then cannot share the mounts, and the containers do not start. Elsewhere runsc passes over mounts of a type that it does not know: nothing is mounted there.",
    source:
      'gVisor runsc/boot/mount_hints.go (setType), runsc/boot/vfs.go (mountSharedMaster), pkg/shim/v1/utils/volumes.go; observed (docs/node-observations.md, docs/runsc-observations.md)',
    fix: 'Write bind (an emptyDir on disk) or tmpfs (one in memory).',
    example: 'dev.gvisor.spec.mount.cache.type: memory',
    find: (context) => {
      const ofRunsc = valued(context, 'type-unknown');
      const rewritten = context.hintKeys
        .filter(({ field, value }) => field === 'type' && !isHintType(value))
        .filter(({ key }) => !ofRunsc.some((each) => each.key === key))
        .map(({ key, value }) => ({
          place: context.annotation(key),
          message: `the containers' mounts get type ${JSON.stringify(value)}, which runsc does not know: ${fateOfType(context, key)}; it knows tmpfs and bind`,
          ...fixOfType(context, key, value),
        }));
      return [
        ...ofRunsc.map((each) => ({
          ...found(context, each, 'tmpfs and bind'),
          ...fixOfType(context, each.key, each.value),
        })),
        ...rewritten,
      ];
    },
  },
  {
    code: 'hint-share-unknown',
    severity: 'warning',
    what: 'The share of a hint is none of container, pod and shared.',
    why: 'runsc ignores the share, and with it the whole hint, with a warning in its log.',
    source: 'gVisor runsc/boot/mount_hints.go (setShare)',
    fix: 'Write container (one container uses it), pod (several do) or shared (somebody outside the pod does).',
    example: 'dev.gvisor.spec.mount.cache.share: Pod',
    find: (context) =>
      valued(context, 'share-unknown')
        .filter(({ value }) => value !== 'exclusive')
        .map((each) => ({ ...found(context, each, 'container, pod and shared'), ...fixOfShare(each.value) })),
  },
  {
    code: 'hint-share-exclusive',
    severity: 'warning',
    what: 'The share of a hint is "exclusive", a word of another setting.',
    why: 'exclusive is a value of --file-access, not of a hint. runsc ignores the share, and with it the whole hint.',
    source: 'gVisor runsc/boot/mount_hints.go (setShare), runsc/config/flags.go (file-access)',
    fix: 'Write share: container, which gives exclusive access.',
    example: 'dev.gvisor.spec.mount.cache.share: exclusive',
    find: (context) =>
      valued(context, 'share-unknown')
        .filter(({ value }) => value === 'exclusive')
        .map((each) => found(context, each, 'container, pod and shared')),
  },
  {
    code: 'hint-directfs-unknown',
    severity: 'warning',
    what: 'The directfs of a hint is neither default nor off.',
    why: 'runsc ignores it with a warning in its log.',
    source: 'gVisor runsc/boot/mount_hints.go (setDirectFS)',
    fix: 'Write "off" (quoted: YAML takes off for a boolean) or default.',
    example: 'dev.gvisor.spec.mount.cache.directfs: "false"',
    find: (context) =>
      valued(context, 'directfs-unknown').map((each) => found(context, each, 'default and off')),
  },
  {
    code: 'hint-source-empty',
    severity: 'warning',
    what: 'The source of a hint is empty.',
    why: 'runsc ignores it, and the whole hint unless the shim writes another.',
    source: 'gVisor runsc/boot/mount_hints.go (setField)',
    fix: 'Remove the annotation: the shim writes the source.',
    example: 'dev.gvisor.spec.mount.cache.source: ""',
    find: (context) => [
      ...valued(context, 'source-empty').map((each) => found(context, each, 'host directories')),
      ...context.hintKeys
        .filter(({ field, value }) => value === '' && field === 'source')
        .filter(({ key }) => !valued(context, 'source-empty').some((each) => each.key === key))
        .map(({ key }) => ({ place: context.annotation(key), message: 'the source is empty' })),
    ],
  },
  {
    code: 'hint-incomplete',
    severity: 'warning',
    what: 'A hint lacks its type or its share.',
    why: "runsc ignores a hint without source, type or share as a whole. A type alone still changes the containers' mounts: type tmpfs without a share is a private tmpfs for each mount.",
    source: 'gVisor runsc/boot/mount_hints.go (NewPodMountHints)',
    fix: 'Give the hint a type and a share: bind and pod, for an emptyDir on disk.',
    example: 'dev.gvisor.spec.mount.cache.type: tmpfs   # and no share',
    find: (context) => {
      const { ignored } = context.pod.explanation;
      // A finding of its own says of a value that it does not count.
      const isTold = new Set(ignored.map(({ kind, name }) => `${kind} ${name}`));
      return ignored
        .filter((each) => each.kind === 'incomplete')
        .flatMap((each): Found[] => {
          const missing = missingOf(context, each, isTold);
          if (missing.length === 0) return [];
          const message = `the hint for ${JSON.stringify(each.name)} has no valid ${missing.join(' and no valid ')}, so runsc ignores all of it`;
          return [{ place: context.hint(each.name, 'type'), message }];
        });
    },
  },
  {
    code: 'hint-source-twice',
    severity: 'error',
    what: 'Two hints name the same host directory.',
    why: 'With two complete hints the sandbox does not start. If one of them is incomplete, whether it starts depends on chance: on the order in which runsc goes through a map.',
    source: 'gVisor runsc/boot/mount_hints.go (NewPodMountHints)',
    fix: 'Remove one of the hints.',
    example: 'dev.gvisor.spec.mount.a.source: /var/lib/data\ndev.gvisor.spec.mount.b.source: /var/lib/data',
    find: (context) =>
      context.pod.explanation.refusals.flatMap((each): Found[] => {
        if (each.kind !== 'source-twice') return [];
        const [first, second] = each.names;
        const outcome = each.byChance ? 'starts only by chance, because one is incomplete' : 'does not start';
        const message = `the hints for ${JSON.stringify(first)} and ${JSON.stringify(second)} both have the source ${each.source}: the sandbox ${outcome}`;
        return [{ place: context.hint(second, 'source'), message }];
      }),
  },
  {
    code: 'force-shared-invalid',
    severity: 'warning',
    what: 'The value of force-shared is not a Go boolean.',
    why: "gVisor's shim ignores values that strconv.ParseBool does not accept, so the emptyDir is not kept on the host.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go, release-20260615.0',
    fix: 'Write "true" (quoted).',
    example: 'dev.gvisor.empty-dir.cache.force-shared: "yes"',
    find: (context) =>
      context.forceShared
        .filter(({ value }) => parseGoBoolean(value) === undefined)
        .map(({ key, value }) => ({
          place: context.annotation(key),
          message: `${JSON.stringify(value)} is neither true nor false to the shim, which ignores it`,
        })),
  },
  {
    code: 'force-shared-no-hint',
    severity: 'info',
    what: 'force-shared is set for a volume without a hint.',
    why: 'A volume without a hint is a shared host directory anyway.',
    source: 'gVisor pkg/shim/v1/utils/volumes.go, release-20260615.0',
    fix: "Remove the annotation, or correct the volume's name in it.",
    example: 'dev.gvisor.empty-dir.cache.force-shared: "true"   # and no hint for cache',
    find: (context) =>
      context.forceShared
        .filter(({ name }) => !context.hintedNames.has(name))
        .map(({ key, name }) => ({
          place: context.annotation(key),
          message: `volume ${JSON.stringify(name)} has no hint, so force-shared does nothing`,
        })),
  },
  {
    code: 'force-shared-too-early',
    severity: 'warning',
    what: 'force-shared is set for a gVisor that does not know it.',
    why: 'The shim reads it since release 20260615; earlier ones make the emptyDir a tmpfs of the sandbox all the same.',
    source: 'gVisor pkg/shim/v1/utils/volumes.go, release-20260615.0',
    fix: 'Upgrade gVisor, or remove the hint and this annotation, which has the same effect.',
    example: 'dev.gvisor.empty-dir.cache.force-shared: "true"   # with release 20260101',
    find: (context) =>
      context.pod.shim.emptyDir.forceShared
        ? []
        : context.forceShared
            .filter(({ name, value }) => context.hintedNames.has(name) && parseGoBoolean(value) === true)
            .map(({ key }) => ({
              place: context.annotation(key),
              message: `the rules of release ${context.pod.shim.release} do not include force-shared`,
            })),
  },
];
