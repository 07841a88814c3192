import { EMPTY_DIR_PREFIX, FORCE_SHARED_SUFFIX, MOUNT_PREFIX, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { GCS_FUSE_VOLUME } from '../spec/volume.ts';
import { Commented, choose, type PolicyNode, PolicyText, slot, text } from './policy-text.ts';
import { WRITTEN_RECORD } from './written-record.ts';

/**
 * The longest name whose keys all fit Kubernetes' 63 characters: that of `.options` is the longest. GKE's rules hint
 * longer ones too, and the API server then refuses the pod; a policy must not.
 */
export const LONGEST_NAME = 63 - MOUNT_PREFIX.length - '.options'.length;

/** What a double near the largest quantity may be, so that it fits an integer; what is left is then exact. */
const NEARLY_LARGEST = 922n * 10n ** 16n;

/** The smallest tmpfs that there is: one page. */
const PAGE = 4096;

/** Go's `strconv.ParseBool`: what it takes for true. */
export const TRUE = `['1', 't', 'T', 'TRUE', 'true', 'True']`;

/** A named expression, under a comment that says which rule it is. */
export function variable(name: string, comment: string, expression: string | PolicyText): PolicyNode {
  const node = typeof expression === 'string' ? new PolicyText([expression]) : expression;
  return new Commented(comment, { name, expression: node });
}

/** All containers of the object, in any of its three lists. */
export const CONTAINERS = `object.spec.containers
  + object.spec.?initContainers.orValue([])
  + object.spec.?ephemeralContainers.orValue([])`;

/** A set of the texts of a sorted list: a map, in which one look costs the same for any size. */
export function setOf(list: string): string {
  return `${list}.transformMapEntry(i, each, i == 0 || ${list}[i - 1] != each, {each: true})`;
}

/** Directories that runsc makes in every container. Source: gVisor `runsc/boot/vfs.go` (compileMounts). */
const MADE_BY_RUNSC = `['/', '/proc', '/sys', '/dev', '/dev/pts', '/dev/shm']`;

/**
 * Whether a file system of the sandbox's own cannot be served at a path (src/domain/runsc/mount-point.ts). Most
 * paths are clean, which a few looks show. CEL cannot follow `..`: such a path counts as unsafe.
 */
function isUnsafePlace(path: string): string {
  const clean = `'/' + ${path}.split('/').filter(part, !(part in ['', '.'])).join('/')`;
  return `(${path}.startsWith('/') && !${path}.endsWith('/') && !${path}.contains('//') && !${path}.contains('/.')
      ? false
      : '..' in ${path}.split('/')
        || ${clean} == '/tmp' && ${path} != '/tmp'
        || ${path}.matches('(^|/)[.]?$') && !(${clean} in ${MADE_BY_RUNSC}))`;
}

const SAFE_MOUNT = `m.?subPath.orValue('') != '' || m.?subPathExpr.orValue('') != ''
    || m.?mountPropagation.orValue('') == 'Bidirectional' || ${isUnsafePlace('m.mountPath')}`;
const GKE_MOUNT = `m.?subPath.orValue('') != '' || m.?subPathExpr.orValue('') != ''`;

/** What the mounts of each volume are, as sets that the volumes are looked up in. */
const mountVariables: readonly PolicyNode[] = [
  variable('mounts', 'The mounts of each container.', `(${CONTAINERS}).map(c, c.?volumeMounts.orValue([]))`),
  variable('names', "Those mounts' volumes.", 'variables.mounts.map(list, list.map(m, m.name))'),
  variable(
    'users',
    'Each volume once for each container that mounts it, sorted.',
    'variables.names.map(list, list.distinct()).flatten().sort()',
  ),
  variable(
    'sharedVolumes',
    'The volumes that several containers mount: share pod, not container.',
    `variables.users.transformMapEntry(i, n,
  i > 0 && variables.users[i - 1] == n && (i == 1 || variables.users[i - 2] != n), {n: true})`,
  ),
  variable(
    'kinds',
    `The kinds of the mounts that count, each behind the name of its volume: x keeps the volume without a hint;
else s is HostToContainer and p is not, r is read-only and w is not. docs/annotate.md, "The rules".`,
    text`${choose('rules', {
      safe: 'variables.mounts.flatten()',
      gke: `variables.mounts.transformList(c, list,
  list.transformList(i, m, variables.names[c].indexOf(m.name) == i, m)).flatten()`,
    })}.map(m, m.name + (${choose('rules', { safe: SAFE_MOUNT, gke: GKE_MOUNT })}
    ? ' x'
    : (m.?mountPropagation.orValue('') == 'HostToContainer' ? ' s' : ' p')
      + (m.?readOnly.orValue(false) ? 'r' : 'w'))).sort()`,
  ),
  variable('kindSet', 'The same as a set.', setOf('variables.kinds')),
];

/** The annotations that the pod's author wrote. */
const annotationVariables: readonly PolicyNode[] = [
  variable('given', "The pod's annotations.", 'object.metadata.?annotations.orValue({})'),
  variable(
    'written',
    'The hints that this policy wrote before something else changed the pod: they are computed anew.',
    `'${WRITTEN_RECORD}' in variables.given
  ? variables.given['${WRITTEN_RECORD}'].split(',').transformMapEntry(i, each, {'${MOUNT_PREFIX}' + each: true})
  : {}`,
  ),
  variable(
    'authored',
    "The annotations that are the author's.",
    `'${WRITTEN_RECORD}' in variables.given
  ? variables.given.transformMap(k, x, k != '${WRITTEN_RECORD}' && !(k in variables.written), x)
  : variables.given`,
  ),
];

/** A number of bytes with the largest unit that divides it. Source: gVisor `pkg/sentry/fsimpl/tmpfs` (parseSize). */
function tmpfsSize(bytes: string): string {
  const units = ['k', 'm', 'g', 't', 'p', 'e'].map(
    (unit, index) => [unit, 1024n ** BigInt(index + 1)] as const,
  );
  return units.reduce(
    (smaller, [unit, size]) =>
      `${bytes} % ${size} == 0 ? string(${bytes} / ${size}) + '${unit}'\n    : ${smaller}`,
    `string(${bytes})`,
  );
}

/** A text that is the same for every kind of slack. */
function whereSized(sized: string | PolicyText, off: string | PolicyText = ''): PolicyText {
  return choose('size', { off, whole: sized, 'less-bytes': sized, 'less-share': sized });
}

/** Adds the size to the options. */
const SIZE = `
    + variables.sizes[?v.name].orValue('')`;

const limit = 'quantity(string(v.emptyDir.sizeLimit))';
/** Every volume with a limit that CEL does not take for a whole number, and a number for it. */
function unwhole(number: string): PolicyText {
  return choosePerSize(`variables.volumes.transformMapEntry(i, v,
  has(v.emptyDir.sizeLimit) && !${limit}.isInteger(), {v.name: ${number}})`);
}

/** The sizes that go into the hints' options; GKE's rules know none. */
const sizeVariables: readonly PolicyNode[] = [
  variable(
    'roughly',
    `CEL takes neither fractions nor quantities such as 1Pi for whole numbers: roughly, as a double has them,`,
    unwhole(`${limit}.asApproximateFloat() < ${NEARLY_LARGEST}.0
    ? int(${limit}.asApproximateFloat())
    : ${NEARLY_LARGEST}`),
  ),
  variable(
    'closely',
    'and closely, without the fraction: what the double missed is small enough to be exact.',
    unwhole(`variables.roughly[v.name]
    + int(${limit}.sub(variables.roughly[v.name]).asApproximateFloat())`),
  ),
  variable(
    'limits',
    'The sizeLimits in bytes, fractions rounded up as kubelet does.',
    choosePerSize(`variables.volumes.transformMapEntry(i, v, has(v.emptyDir.sizeLimit), {v.name:
  ${limit}.isInteger()
    ? ${limit}.asInteger()
    : variables.closely[v.name]
      + (${limit}.isGreaterThan(quantity(string(variables.closely[v.name]))) ? 1 : 0)})`),
  ),
  variable(
    'sizes',
    'The same as options of a tmpfs, less the slack, which takes half at most. A limit of 0 is none.',
    choosePerSize(
      text`variables.limits.transformMap(name, bytes, bytes > 0, ${choose('size', {
        off: '',
        whole: `[bytes, ${PAGE}].max()`,
        'less-bytes': text`[bytes - ${slot('slackBytes')}, bytes / 2 + bytes % 2, ${String(PAGE)}].max()`,
        'less-share': text`[bytes - bytes / 10000 * ${slot('slackShare')} - bytes % 10000 * ${slot('slackShare')} / 10000,
    bytes / 2 + bytes % 2, ${String(PAGE)}].max()`,
      })})
  .transformMap(name, bytes, ',size=' + (${tmpfsSize('bytes')}))`,
    ),
  ),
];

/** An expression that only the safe rules with sizes have. */
function choosePerSize(expression: string | PolicyText): PolicyText {
  const nothing = text`${slot('nothing')}`;
  return choose('rules', { safe: whereSized(expression, nothing), gke: nothing });
}

/** The hint of every volume that gets one. */
const hintVariables: readonly PolicyNode[] = [
  variable(
    'volumes',
    'The emptyDirs of a medium that gVisor can serve itself. The API server has made a volume without a source one.',
    `object.spec.?volumes.orValue([]).filter(v,
  has(v.emptyDir) && v.emptyDir.?medium.orValue('') in ['', 'Memory', 'HugePages'])`,
  ),
  ...sizeVariables,
  variable(
    'hints',
    `The hints by the rules of docs/annotate.md. Not for a volume with a mount of kind x, whose mounts differ in
propagation, or that nothing mounts.`,
    text`variables.volumes.filter(v,
  !(v.name + ' x' in variables.kindSet)
  && (v.name + ' sr' in variables.kindSet || v.name + ' sw' in variables.kindSet)
    != (v.name + ' pr' in variables.kindSet || v.name + ' pw' in variables.kindSet)
  && size(v.name) <= ${String(LONGEST_NAME)}${choose('rules', {
    gke: '',
    safe: text`
  && !(v.name in ['${GCS_FUSE_VOLUME}', '${SHM_VOLUME}'])
  && !(v.name in ${slot('noHint')})
  && !(variables.authored[?'${EMPTY_DIR_PREFIX}' + v.name + '${FORCE_SHARED_SUFFIX}'].orValue('') in ${TRUE})`,
  })}
).map(v, {
  'key': '${MOUNT_PREFIX}' + v.name,
  'type': ${choose('rules', {
    gke: `v.emptyDir.?medium.orValue('') == '' ? 'bind' : 'tmpfs'`,
    safe: text`${slot('medium')}[?v.name].orValue(v.emptyDir.?medium.orValue('') == '' ? 'bind' : 'tmpfs')`,
  })},
  'share': v.name in variables.sharedVolumes ? 'pod' : 'container',
  'options':
    (v.name + ' sw' in variables.kindSet || v.name + ' pw' in variables.kindSet ? 'rw' : 'ro')
    + (v.name + ' sr' in variables.kindSet || v.name + ' sw' in variables.kindSet ? ',rslave' : ',rprivate')${choose(
      'rules',
      {
        gke: '',
        safe: whereSized(SIZE),
      },
    )}
})`,
  ),
];

/** Everything from the pod to its hints. */
export const HINT_VARIABLES: readonly PolicyNode[] = [
  ...annotationVariables,
  ...mountVariables,
  ...hintVariables,
];
