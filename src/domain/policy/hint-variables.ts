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

/** Up to so many volumes times characters of `users`, a search for each volume stays below CEL's cost limit. */
const FEW = 4_000_000;

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

/** Directories that runsc makes in every container. Source: gVisor `runsc/boot/vfs.go` (compileMounts). */
const MADE_BY_RUNSC = `['/', '/proc', '/sys', '/dev', '/dev/pts', '/dev/shm']`;

/** Whether a path may not be clean; of most paths, which are, this is all that is asked. */
const IS_UNCLEAN = `!m.mountPath.startsWith('/') || m.mountPath.endsWith('/')
    || m.mountPath.contains('//') || m.mountPath.contains('/.')`;

/**
 * Whether a file system of the sandbox's own cannot be served at a path that may not be clean
 * (src/domain/runsc/mount-point.ts). CEL cannot follow `..`: such a path counts as unsafe.
 */
function isUnsafePlace(path: string): string {
  const clean = `'/' + ${path}.split('/').filter(part, !(part in ['', '.'])).join('/')`;
  return `'..' in ${path}.split('/')
  || ${clean} == '/tmp' && ${path} != '/tmp'
  || ${path}.matches('(^|/)[.]?$') && !(${clean} in ${MADE_BY_RUNSC})`;
}

/** Whether a mount is of a part of its volume. */
export const SUB_PATH = `m.?subPath.orValue('') != '' || m.?subPathExpr.orValue('') != ''`;
const IS_SLAVE = `has(m.mountPropagation) && m.mountPropagation == 'HostToContainer'`;

/** A part of the mounts, or of their volumes' names, container by container: CEL's account of costs is slow in long loops. */
function those(condition: string | PolicyText, what: 'm' | 'm.name' = 'm'): PolicyText {
  return text`variables.containers.map(list, list.map(m, ${condition}, ${what})).flatten()`;
}

/**
 * What the mounts of each volume are. Each list is made once for the pod and then looked up by the volumes' names:
 * a look costs one for each element and no more, where a filter for each volume would cost a step of CEL; a look
 * into a text costs a tenth of its characters and hardly any time. What few pods have is asked for first, in one pass.
 */
const mountVariables: readonly PolicyNode[] = [
  variable(
    'containers',
    'The mounts of each container that count. docs/annotate.md, "The rules".',
    choose('rules', {
      safe: `(${CONTAINERS}).map(c, c.?volumeMounts.orValue([]))`,
      gke: `(${CONTAINERS}).map(c, c.?volumeMounts.orValue([])).map(list, [list.map(m, m.name)].map(names,
  list.transformList(i, m, names.indexOf(m.name) == i, m))[0])`,
    }),
  ),
  variable('names', "Those mounts' volumes.", 'variables.containers.map(list, list.map(m, m.name))'),
  variable(
    'users',
    'Each volume once for each container that mounts it, as one text: <data><logs><data>.',
    `variables.names.map(list, '<' + list.distinct().join('><') + '>').join('')`,
  ),
  variable(
    'text',
    'The mounts as one text, in which what few pods have is looked for before any loop.',
    "'%s'.format([variables.containers])",
  ),
  variable(
    'special',
    'The mounts with a subPath or a propagation.',
    text`variables.text.contains('"subPath') || variables.text.contains('"mountPropagation"')
  ? ${those('has(m.subPath) || has(m.subPathExpr) || has(m.mountPropagation)')}
  : []`,
  ),
  variable(
    'slaves',
    'Volumes with a mount that is HostToContainer.',
    `variables.special.filter(m, ${IS_SLAVE}).map(m, m.name)`,
  ),
  variable(
    'privates',
    'Volumes with one that is not, which matters where there are slaves.',
    text`size(variables.slaves) == 0 ? [] : ${those(`!(${IS_SLAVE})`, 'm.name')}`,
  ),
  variable(
    'writable',
    'Volumes with a mount that is not read-only.',
    those('!has(m.readOnly) || !m.readOnly', 'm.name'),
  ),
  variable(
    'unclean',
    'The mounts at paths that are not clean.',
    choose('rules', {
      gke: text`${slot('nothing')}`,
      safe: text`variables.text.contains('//') || variables.text.contains('/.') || variables.text.contains('/"')
  || size(variables.text.split('"mountPath":"')) != size(variables.text.split('"mountPath":"/'))
  ? ${those(IS_UNCLEAN)}
  : []`,
    }),
  ),
  variable(
    'unfit',
    'Volumes with a mount that keeps them without a hint.',
    choose('rules', {
      gke: `variables.special.filter(m, ${SUB_PATH}).map(m, m.name)`,
      safe: `variables.special.filter(m, ${SUB_PATH}
    || m.?mountPropagation.orValue('') == 'Bidirectional').map(m, m.name)
  + variables.unclean.filter(m, ${isUnsafePlace('m.mountPath')}).map(m, m.name)`,
    }),
  ),
];

/** The annotations that the pod's author wrote. */
const annotationVariables: readonly PolicyNode[] = [
  variable('given', "The pod's annotations.", 'object.metadata.?annotations.orValue({})'),
  variable(
    'written',
    'The hints that this policy wrote before something else changed the pod: they are computed anew.',
    `'${WRITTEN_RECORD}' in variables.given
  ? variables.given['${WRITTEN_RECORD}'].split(',').map(each, each.contains('.')
      ? {'${MOUNT_PREFIX}' + each: true, '${EMPTY_DIR_PREFIX}' + each: true}
      : {'${MOUNT_PREFIX}' + each + '.options': true, '${MOUNT_PREFIX}' + each + '.share': true, '${MOUNT_PREFIX}' + each + '.type': true}
    ).transformMapEntry(i, each, each)
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
    'containersOf',
    'How many containers mount each of them, 2 for more: share pod, or container, or no hint.',
    `size(variables.volumes) * size(variables.users) <= ${FEW}
  ? variables.volumes.map(v, size(variables.users.split('<' + v.name + '>', 3)) - 1)
  : variables.volumes.map(v, variables.names.filter(list, v.name in list).size())`,
  ),
  variable(
    'access',
    'Whether all mounts of each of them are read-only.',
    `variables.text.contains('"readOnly":true')
  ? variables.volumes.map(v, v.name in variables.writable ? 'rw' : 'ro')
  : variables.volumes.map(v, 'rw')`,
  ),
  variable(
    'hints',
    `The hints by the rules of docs/annotate.md. Not for a volume that nothing mounts, with an unfit mount, or whose
mounts differ in propagation.`,
    text`variables.volumes.transformList(i, v,
  variables.containersOf[i] > 0
  && !(v.name in variables.unfit)
  && !(v.name in variables.slaves && v.name in variables.privates)
  && size(v.name) <= ${String(LONGEST_NAME)}${choose('rules', {
    gke: '',
    safe: text`
  && !(v.name in ['${GCS_FUSE_VOLUME}', '${SHM_VOLUME}'])
  && !(v.name in ${slot('noHint')})
  && !(variables.authored[?'${EMPTY_DIR_PREFIX}' + v.name + '${FORCE_SHARED_SUFFIX}'].orValue('') in ${TRUE})`,
  })},
  {
    'name': string(v.name),
    'key': '${MOUNT_PREFIX}' + v.name,
    'type': ${choose('rules', {
      gke: `v.emptyDir.?medium.orValue('') == '' ? 'bind' : 'tmpfs'`,
      safe: text`${slot('medium')}[?v.name].orValue(v.emptyDir.?medium.orValue('') == '' ? 'bind' : 'tmpfs')`,
    })},
    'share': variables.containersOf[i] > 1 ? 'pod' : 'container',
    'options': variables.access[i] + (v.name in variables.slaves ? ',rslave' : ',rprivate')${choose('rules', {
      gke: '',
      safe: whereSized(SIZE),
    })}
  })`,
  ),
];

/** Everything from the pod to its hints. */
export const HINT_VARIABLES: readonly PolicyNode[] = [
  ...annotationVariables,
  ...mountVariables,
  ...hintVariables,
];
