import type { IgnoredHint } from '../runsc/read-hints.ts';
import { FLAG_PREFIX } from '../runsc/runsc-flags.ts';
import {
  EMPTY_DIR_PREFIX,
  FORCE_SHARED_SUFFIX,
  isHintKey,
  MOUNT_PREFIX,
  parseHintKey,
} from '../spec/annotation-keys.ts';
import { closest } from '../text/closest.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { type AuthoredKey, byVolume, type CheckContext } from './check-context.ts';
import type { DiagnosticRule, Found } from './diagnostic.ts';

/** Kubernetes' limit for an annotation key without a slash. Source: Kubernetes `apimachinery/pkg/util/validation` (IsQualifiedName). */
const MAX_KEY = 63;

type Ignored<K extends IgnoredHint['kind']> = Extract<IgnoredHint, { kind: K }>;

function ignored<K extends IgnoredHint['kind']>({ pod }: CheckContext, kind: K): Ignored<K>[] {
  return pod.explanation.ignored.filter((each): each is Ignored<K> => each.kind === kind);
}

const FIELDS = ['type', 'share', 'options', 'source', 'directfs'];

/** Whether name and field are all that there is: the shim takes apart more than runsc does. */
function isNameAndField({ key, name, field }: AuthoredKey): boolean {
  return name !== '' && key.length === MOUNT_PREFIX.length + name.length + 1 + field.length;
}

/** What stands before and behind the volume's name in a key of ours. */
function around(key: string): { readonly prefix: string; readonly suffix: string } | undefined {
  const hint = parseHintKey(key);
  if (hint) return { prefix: MOUNT_PREFIX, suffix: `.${hint.field}` };
  const isForceShared = key.startsWith(EMPTY_DIR_PREFIX) && key.endsWith(FORCE_SHARED_SUFFIX);
  return isForceShared ? { prefix: EMPTY_DIR_PREFIX, suffix: FORCE_SHARED_SUFFIX } : undefined;
}

/** How long a key is, and how long its volume's name may be, if it has one. */
function tooLong(key: string): string {
  const length = `the key has ${key.length} characters and Kubernetes takes ${MAX_KEY}`;
  const parts = around(key);
  if (parts === undefined) return length;
  const longest = MAX_KEY - parts.prefix.length - parts.suffix.length;
  return `${length}, so the longest volume name that fits before ${parts.suffix} has ${longest}`;
}

/** Of the too long keys of one volume the one that leaves its name the least room. */
function longestKeys(keys: readonly string[]): readonly string[] {
  const long = keys.filter((key) => key.length > MAX_KEY);
  const longest = [...byVolume(long.filter(isHintKey)).values()].map((ofVolume) =>
    ofVolume.reduce((a, b) => (b.length > a.length ? b : a)),
  );
  return [...longest, ...long.filter((key) => !isHintKey(key) && key.startsWith('dev.gvisor.'))];
}

/** What a key says of its volume to whoever reads it: all before the last dot. */
function meantName({ key, field }: AuthoredKey): string {
  return key.slice(MOUNT_PREFIX.length, -field.length - 1);
}

/** The keys whose name the shim cuts off at a dot, by the name that was meant. */
function cutOff(context: CheckContext): readonly AuthoredKey[] {
  return context.hintKeys.filter((each) => each.name !== meantName(each));
}

/** Keys with which the gofer of one container ends. Those that the pod has are told of once, of the sandbox. */
function malformedInContainers(context: CheckContext): Found[] {
  if (context.placed) return [];
  return context.pod.explanation.containers.flatMap(({ name, malformedKeys }, index) =>
    malformedKeys
      .filter((key) => !Object.hasOwn(context.authored, key))
      .map((key) => ({
        place: context.containerAnnotation(index, key),
        message: `${JSON.stringify(key)} is not NAME.FIELD behind ${MOUNT_PREFIX}, and ${name} does not start ("reading mounts file: error unmarshaling mounts")`,
      })),
  );
}

const PREFIXES = [MOUNT_PREFIX, EMPTY_DIR_PREFIX, FLAG_PREFIX];

/** The prefix of a hint with a part left out, as people abridge it. */
const ABRIDGED = ['dev.gvisor.mount.', 'gvisor.spec.mount.', 'dev.spec.mount.'];

/** A key with the prefix that it nearly has; `undefined` where it has one, or nothing like one. */
function nearestPrefixed(key: string): string | undefined {
  if (PREFIXES.some((prefix) => key.startsWith(prefix))) return undefined;
  const abridged = ABRIDGED.find((prefix) => key.startsWith(prefix) && key !== prefix);
  if (abridged !== undefined) return `${MOUNT_PREFIX}${key.slice(abridged.length)}`;
  const parts = key.split('.');
  for (const prefix of PREFIXES) {
    const count = prefix.split('.').length - 1;
    const rest = parts.slice(count).join('.');
    const known = closest(parts.slice(0, count).join('.'), [prefix.slice(0, -1)]);
    if (known !== undefined && rest !== '') return `${prefix}${rest}`;
  }
  return undefined;
}

/** What is wrong with a hint's key. */
export const hintKeyRules: readonly DiagnosticRule[] = [
  {
    code: 'hint-key-malformed',
    severity: 'error',
    what: 'A hint key is not dev.gvisor.spec.mount.NAME.FIELD.',
    why: 'runsc refuses every key below dev.gvisor.spec.mount. that is not exactly one NAME and one FIELD, and the sandbox does not start.',
    source: 'gVisor runsc/boot/mount_hints.go (NewPodMountHints)',
    fix: 'Write dev.gvisor.spec.mount.NAME.FIELD, with a volume name that has no dot, or remove the key.',
    example: 'dev.gvisor.spec.mount..type: tmpfs',
    find: (context) => {
      const otherwiseTold = new Set(cutOff(context));
      const ofSandbox = context.hintKeys
        .filter((each) => !isNameAndField(each) && !otherwiseTold.has(each))
        .map(({ key }) => ({
          place: context.annotation(key),
          message: `${JSON.stringify(key)} is not NAME.FIELD behind ${MOUNT_PREFIX}, and the sandbox does not start`,
        }));
      return [...ofSandbox, ...malformedInContainers(context)];
    },
  },
  {
    code: 'hint-key-other-volume',
    severity: 'error',
    what: 'A hint key names another volume than it seems to.',
    why: "gVisor's shim takes what stands before the first dot for the volume and what stands behind the last one for the field, so the hint goes to another volume, or to one that does not exist. runsc refuses the key, and the sandbox does not start.",
    source:
      'gVisor pkg/shim/v1/utils/volumes.go (volumeFieldName), runsc/boot/mount_hints.go (NewPodMountHints)',
    fix: "Use the name of one of the pod's volumes, without a dot, and one field.",
    example: 'dev.gvisor.spec.mount.cache.v2.type: tmpfs   # volume "cache", not "cache.v2"',
    find: (context) => {
      const byMeant = new Map<string, AuthoredKey>();
      for (const each of cutOff(context)) {
        const meant = meantName(each);
        if (!byMeant.has(meant)) byMeant.set(meant, each);
      }
      return [...byMeant].map(([meant, { key, name, field }]): Found => {
        const message = `the shim takes ${JSON.stringify(key)} for field ${JSON.stringify(field)} of volume ${JSON.stringify(name)}${meant === '' ? '' : `, not of ${JSON.stringify(meant)}`}, and the sandbox does not start`;
        return { place: context.annotation(key), message };
      });
    },
  },
  {
    code: 'hint-prefix-misspelt',
    severity: 'warning',
    what: 'An annotation nearly has the prefix of a hint.',
    why: "gVisor's shim and runsc pass over keys whose prefix they do not know, without a word: the annotation does nothing.",
    source: 'gVisor pkg/shim/v1/utils/volumes.go (volumeKeyPrefix), runsc/boot/mount_hints.go (MountPrefix)',
    fix: 'Write dev.gvisor.spec.mount.NAME.FIELD, dev.gvisor.empty-dir.NAME.force-shared or dev.gvisor.flag.NAME.',
    example: 'dev.gvisor.spec.mounts.cache.type: bind',
    find: (context) =>
      context.annotationKeys.flatMap((key): Found[] => {
        const fix = didYouMean(nearestPrefixed(key), JSON.stringify);
        if (fix === undefined) return [];
        return [
          {
            place: context.annotation(key),
            message: `neither gVisor's shim nor runsc reads ${JSON.stringify(key)}`,
            fix,
          },
        ];
      }),
  },
  {
    code: 'hint-key-too-long',
    severity: 'error',
    what: 'A hint key is longer than Kubernetes allows.',
    why: 'Kubernetes refuses annotation keys of more than 63 characters (without a slash), so the pod is not created. The longest name is 36 characters before .type, 35 before .share, 34 before .source, 33 before .options and 32 before .directfs.',
    source: 'Kubernetes apimachinery/pkg/util/validation (IsQualifiedName)',
    fix: 'Give the volume a shorter name.',
    example: 'dev.gvisor.spec.mount.a-volume-with-a-very-long-name-for-hints.options: rw',
    find: (context) =>
      longestKeys(Object.keys(context.authored)).map((key) => ({
        place: context.annotation(key),
        message: tooLong(key),
      })),
  },
  {
    code: 'hint-field-unknown',
    severity: 'warning',
    what: 'A hint has a field that runsc does not know.',
    why: 'runsc ignores the field with a warning in its log, so the hint says less than it seems to.',
    source: 'gVisor runsc/boot/mount_hints.go (setField)',
    fix: 'The fields are type, share, options and (since release 20260520) directfs.',
    example: 'dev.gvisor.spec.mount.cache.option: rw',
    find: (context) =>
      ignored(context, 'field-unknown')
        .filter(({ field }) => field !== 'lifecycle' && field !== 'directfs')
        .map(({ key, field }) => {
          const fix = didYouMean(closest(field, FIELDS), (meant) => `.${meant}`);
          return {
            place: context.annotation(key),
            message: `a hint has no field ${JSON.stringify(field)}; runsc ignores it`,
            ...(fix !== undefined && { fix }),
          };
        }),
  },
  {
    code: 'hint-lifecycle-ignored',
    severity: 'info',
    what: 'A hint has a lifecycle, which runsc ignores.',
    why: 'Releases before 20231023 read it; every later one ignores it with a warning in its log.',
    source: 'gVisor runsc/boot/mount_hints.go (setField), release-20231023.0',
    fix: 'Remove the annotation: type and share say it all.',
    example: 'dev.gvisor.spec.mount.cache.lifecycle: pod',
    find: (context) =>
      ignored(context, 'field-unknown')
        .filter(({ field }) => field === 'lifecycle')
        .map(({ key }) => ({
          place: context.annotation(key),
          message: `release ${context.pod.explanation.rules.release} ignores .lifecycle`,
        })),
  },
  {
    code: 'hint-directfs-too-early',
    severity: 'warning',
    what: 'A hint sets directfs for a runsc that does not know it.',
    why: 'Fields of hints named directfs exist since release 20260520; earlier releases ignore them.',
    source: 'gVisor runsc/boot/mount_hints.go (setField), release-20260520.0',
    fix: 'Upgrade runsc, or remove the annotation.',
    example: 'dev.gvisor.spec.mount.cache.directfs: "off"   # with release 20260101',
    find: (context) =>
      ignored(context, 'field-unknown')
        .filter(({ field }) => field === 'directfs')
        .map(({ key }) => ({
          place: context.annotation(key),
          message: `release ${context.pod.explanation.rules.release} ignores .directfs; it exists since 20260520`,
        })),
  },
];
