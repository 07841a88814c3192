import { FLAG_PREFIX, FREE_FLAGS } from '../runsc/runsc-flags.ts';
import { EMPTY_DIR_PREFIX, FORCE_SHARED_SUFFIX, MOUNT_PREFIX, SHM_VOLUME } from '../spec/annotation-keys.ts';
import { CONTAINERS, TRUE, variable } from './hint-variables.ts';
import { matchConditions, matchConstraints, validatingPolicy } from './policy-scope.ts';
import { type PolicyNode, PolicyText } from './policy-text.ts';

/** One error of `check` as a policy finds it. */
interface PolicyDiagnostic {
  /** As in docs/diagnostics.md. */
  readonly code: string;
  /** What is wrong with the names that are found. */
  readonly what: string;
  /** CEL: a list of names, empty where nothing is wrong. */
  readonly found: string;
}

const IS_PART = `m.?subPath.orValue('') != '' || m.?subPathExpr.orValue('') != ''`;

const OPTIONS = `variables.given[?'${MOUNT_PREFIX}' + v.name + '.options'].orValue('').split(',')`;

/** What the pod has, as lists and sets. `given` are its annotations. */
const podVariables: readonly PolicyNode[] = [
  variable('given', "The pod's annotations.", 'object.metadata.?annotations.orValue({})'),
  variable(
    'keys',
    `What stands behind ${MOUNT_PREFIX} in the keys of hints: NAME.FIELD.`,
    `variables.given.transformList(k, x, k.startsWith('${MOUNT_PREFIX}'), k.substring(${MOUNT_PREFIX.length}))`,
  ),
  variable(
    'mounts',
    'The mounts of all containers, but for those that runsc has a file system of its own at.',
    `(${CONTAINERS}).map(c, c.?volumeMounts.orValue([])).flatten().filter(m, !(m.mountPath in ['/dev', '/dev/pts']))`,
  ),
  variable(
    'used',
    'The volumes that a container mounts.',
    `(${CONTAINERS}).map(c, c.?volumeMounts.orValue([]).map(m, m.name)).flatten()`,
  ),
  variable(
    'parts',
    'Volumes that are mounted with a subPath.',
    `variables.mounts.filter(m, ${IS_PART}).map(m, m.name)`,
  ),
  variable(
    'reads',
    'Volumes that are mounted read-only.',
    `variables.mounts.filter(m, m.?readOnly.orValue(false) && !(${IS_PART})).map(m, m.name)`,
  ),
  variable(
    'writes',
    'Volumes that are mounted otherwise.',
    `variables.mounts.filter(m, !m.?readOnly.orValue(false) && !(${IS_PART})).map(m, m.name)`,
  ),
  variable(
    'volumes',
    'The volumes by name.',
    `object.spec.?volumes.orValue([]).transformMapEntry(i, v, {v.name: v})`,
  ),
  variable(
    'hinted',
    `The volumes with hints that a container mounts and that kubelet keeps under their names. A variable of its own, for
each has its own limit of cost.`,
    `object.spec.?volumes.orValue([]).filter(v, '${MOUNT_PREFIX}' + v.name + '.type' in variables.given
  && !has(v.hostPath) && !has(v.persistentVolumeClaim) && !has(v.ephemeral) && !has(v.image)
  && v.name in variables.used)`,
  ),
  variable(
    'hints',
    `Their hints as they are after the shim's rewrite: docs/explain.md.
written is the type that containers' mounts get; an emptyDir's own becomes tmpfs, or bind if it is force-shared.`,
    `variables.hinted.map(v, {
  'name': v.name,
  'written': variables.given['${MOUNT_PREFIX}' + v.name + '.type'],
  'isEmptyDir': dyn(has(v.emptyDir)),
  'isForced': dyn(has(v.emptyDir)
    && variables.given[?'${EMPTY_DIR_PREFIX}' + v.name + '${FORCE_SHARED_SUFFIX}'].orValue('') in ${TRUE}),
  'isGiven': dyn(has(v.configMap) || has(v.secret) || has(v.projected) || has(v.downwardAPI) || has(v.gitRepo)),
  'isReadOnly': dyn(v.exists(k, k != 'name' && v[k].?readOnly.orValue(false))),
  'isMountedReadOnly': dyn(has(v.configMap) || has(v.secret) || has(v.projected) || has(v.downwardAPI)
    || v.exists(k, k != 'name' && v[k].?readOnly.orValue(false))),
  'share': dyn(variables.given[?'${MOUNT_PREFIX}' + v.name + '.share'].orValue('')),
  'options': dyn(${OPTIONS}),
  'directfs': dyn(variables.given[?'${MOUNT_PREFIX}' + v.name + '.directfs'].orValue('')),
  'isRead': dyn(!has(v.csi) && v.name in variables.reads),
  'isWritten': dyn(!has(v.csi) && v.name in variables.writes)
})`,
  ),
  variable(
    'masters',
    'Those that one tmpfs serves for the whole sandbox.',
    `variables.hints.filter(h, !h.isForced && (h.isEmptyDir || h.written == 'tmpfs') && h.share in ['container', 'pod'])`,
  ),
  variable(
    'overlays',
    'Those whose mounts get an overlay: what is written to them never reaches the host.',
    `variables.hints.filter(h, !h.isEmptyDir && h.written == 'bind' && h.share in ['container', 'pod'])`,
  ),
];

const IS_MOUNTED = '(h.isRead || h.isWritten)';
const RETYPED = `variables.hints.exists(h, h.name == m.name && !h.isForced && h.written != 'bind' && !has(variables.volumes[h.name].csi))`;

/** Whether there is a key of a hint for a name. */
function hasKey(name: string): string {
  return `['type', 'share', 'options', 'directfs', 'source', 'lifecycle'].exists(f, '${MOUNT_PREFIX}' + ${name} + '.' + f in variables.given)`;
}

/** The largest size that can be rounded up to pages; a double has it exactly. */
const MAX_SIZE = 2n ** 64n - 4096n;
/** A percentage above this overflows on a node of 1 GiB. */
const MAX_PERCENT = MAX_SIZE / (2n ** 30n / 100n);

/** An option that tmpfs does not take (src/domain/runsc/tmpfs-options.ts). */
const IS_REFUSED = `(o.matches('^[^=]+=[^=]*=')
    || o.startsWith('size=') && (!o.matches('^size=0*[0-9]{1,20}[kKmMgGtTpPeE%]?$')
      || o.endsWith('%') && double(o.substring(5, size(o) - 1)) > ${MAX_PERCENT}.0
      || !o.endsWith('%') && double(o.substring(5).lowerAscii().replace('k', '').replace('m', '').replace('g', '')
          .replace('t', '').replace('p', '').replace('e', ''))
        * {'k': 1024.0, 'm': 1048576.0, 'g': 1073741824.0, 't': 1099511627776.0, 'p': 1125899906842624.0,
          'e': 1152921504606846976.0}[?o.substring(size(o) - 1).lowerAscii()].orValue(1.0) > ${MAX_SIZE}.0)
    || o.startsWith('mode=') && !o.matches('^mode=0*[0-3]?[0-7]{1,10}$')
    || o.matches('^[ug]id=') && (!o.matches('^[ug]id=0*[0-9]{1,10}$') || uint(o.substring(4)) >= 4294967295u))`;

/** The errors of `check` that a pod alone shows. */
export const POLICY_DIAGNOSTICS: readonly PolicyDiagnostic[] = [
  {
    code: 'hint-key-malformed',
    what: 'keys that are not NAME.FIELD behind dev.gvisor.spec.mount., so that the sandbox does not start',
    found: `variables.keys.filter(k, size(k.split('.')) == 2 && k.startsWith('.'))`,
  },
  {
    code: 'hint-key-other-volume',
    what: 'keys that name another volume than they seem to',
    found: `variables.keys.filter(k, size(k.split('.')) != 2)`,
  },
  {
    code: 'hint-type-unknown',
    what: 'types of hints that are neither tmpfs nor bind, so that nothing is mounted',
    found: `variables.keys.filter(k, (k == 'type' || k.endsWith('.type'))
  && !(variables.given['${MOUNT_PREFIX}' + k] in ['tmpfs', 'bind']))`,
  },
  {
    code: 'hint-volume-unknown',
    what: 'hints for volumes that the pod does not have, so that the sandbox does not start',
    found: `variables.strays.filter(n, !(n in variables.others))`,
  },
  {
    code: 'hint-names-mount',
    what: 'hints that name a mount or a container instead of a volume, so that the sandbox does not start',
    found: `variables.strays.filter(n, n in variables.others)`,
  },
  {
    code: 'hint-volume-elsewhere',
    what: 'hints for volumes that kubelet does not keep under their names, so that the sandbox does not start',
    found: `object.spec.?volumes.orValue([]).filter(v, (has(v.hostPath) || has(v.persistentVolumeClaim)
  || has(v.ephemeral) || has(v.image)) && ${hasKey('v.name')}).map(v, v.name)`,
  },
  {
    code: 'hint-volume-unmounted',
    what: 'hints for volumes that no container mounts, so that kubelet does not make them and the sandbox does not start',
    found: `object.spec.?volumes.orValue([]).filter(v, ${hasKey('v.name')} && !(v.name in variables.used)).map(v, v.name)`,
  },
  {
    code: 'hint-hides-data',
    what: 'tmpfs hints on volumes that come with data, which the pod would not see',
    found: `variables.hints.filter(h, !h.isEmptyDir && h.written == 'tmpfs' && h.share in ['container', 'pod', 'shared']
  && ${IS_MOUNTED}).map(h, h.name)`,
  },
  {
    code: 'hint-option-bind',
    what: 'tmpfs hints with the option bind or rbind, with which a second mount crashes the sandbox',
    found: `variables.masters.filter(h, 'bind' in h.options || 'rbind' in h.options).map(h, h.name)`,
  },
  {
    code: 'tmpfs-option-refused',
    what: 'hints with options that tmpfs refuses, so that a container does not start',
    found: `variables.masters.filter(h, ${IS_MOUNTED}
  && (h.written == 'tmpfs' || h.written == 'bind' && !('bind' in h.options || 'rbind' in h.options))
  && h.options.exists(o, ${IS_REFUSED})).map(h, h.name)`,
  },
  {
    code: 'bind-loses-writes',
    what: 'bind hints on volumes that should keep what the pod writes',
    found: `variables.overlays.filter(h, !h.isGiven && !h.isReadOnly && h.isWritten).map(h, h.name)`,
  },
  {
    code: 'volume-mounted-twice',
    what: 'volumes that are mounted twice and can be served once, so that a container does not start',
    found: `variables.overlays.filter(h, ${IS_MOUNTED}
  && (variables.counts.exists(c, c.mounts.filter(n, n == h.name).size() > 1)
    || variables.counts.exists(c, !c.endsFirst && h.name in c.mounts
      && variables.counts.exists(d, d.index > c.index && h.name in d.mounts)))).map(h, h.name)`,
  },
  {
    code: 'mount-looser-than-hint',
    what: 'hints with ro, noexec, noatime or nosuid on volumes with a mount without it, so that its container does not start',
    found: `variables.masters.filter(h, 'ro' in h.options && h.isWritten && !h.isMountedReadOnly
  || ${IS_MOUNTED} && ('noexec' in h.options || 'noatime' in h.options || 'nosuid' in h.options)).map(h, h.name)`,
  },
  {
    code: 'sub-path-on-hinted-volume',
    what: 'hinted volumes that are mounted with a subPath, which becomes a second copy',
    found: `variables.parts.filter(n, n != '${SHM_VOLUME}' && ${hasKey('n')}
  && !(variables.given[?'${EMPTY_DIR_PREFIX}' + n + '${FORCE_SHARED_SUFFIX}'].orValue('') in ${TRUE})
  && !variables.hints.exists(h, h.name == n && ${IS_MOUNTED} && (
    h.share == 'shared' && (h.written == 'bind' || h.isEmptyDir && n in variables.counts.filter(c, n in c.parts || n in c.mounts)[0].parts)
    || h.isEmptyDir && h.share in ['container', 'pod'] && ('bind' in h.options || 'rbind' in h.options)
      && (h.written == 'bind' || n in variables.counts.filter(c, n in c.parts || n in c.mounts)[0].parts)))).distinct()`,
  },
  {
    code: 'mount-propagation-shared',
    what: 'volumes that are mounted Bidirectional, so that the container does not start',
    found: `variables.mounts.filter(m, m.?mountPropagation.orValue('') == 'Bidirectional'
  && !${RETYPED}).map(m, m.name).distinct()`,
  },
  {
    code: 'filestore-unwritable',
    what: 'hinted volumes that are read-only on the host, so that the container does not start',
    found: `variables.overlays.filter(h, h.isReadOnly && ${IS_MOUNTED}).map(h, h.name)`,
  },
  {
    code: 'overlay-read-only',
    what: 'bind hints on read-only mounts, so that the container does not start',
    found: `variables.overlays.filter(h, h.isRead || h.isMountedReadOnly && h.isWritten).map(h, h.name)`,
  },
  {
    code: 'directfs-off',
    what: 'hints that switch directfs off for a container, which then does not start',
    found: `variables.hints.filter(h, h.directfs == 'off' && ${IS_MOUNTED} && (
  h.isForced && h.share != ''
  || h.isEmptyDir && !h.isForced && h.written == 'bind'
    && (h.share == 'shared' || h.share in ['container', 'pod'] && ('bind' in h.options || 'rbind' in h.options))
  || !h.isEmptyDir && h.written == 'bind' && h.share in ['container', 'pod', 'shared'])).map(h, h.name)`,
  },
  {
    code: 'tenant-source',
    what: 'sources of hints, which are for the shim to write',
    found: `variables.keys.filter(k, k == 'source' || k.endsWith('.source'))`,
  },
  {
    code: 'reserved-volume-name',
    what: 'hints for the name that is reserved for /dev/shm',
    found: `variables.keys.filter(k, k.split('.')[0] == '${SHM_VOLUME}')`,
  },
  {
    code: 'flag-refused',
    what: 'flags of runsc that a pod may not set, or to no value of theirs, so that the sandbox does not start',
    found: `variables.given.transformList(k, x, k.startsWith('${FLAG_PREFIX}')
  && (!(k.substring(${FLAG_PREFIX.length}) in [${[...FREE_FLAGS].map((name) => `'${name}'`).join(', ')}])
    || k == '${FLAG_PREFIX}overlay2' && !x.matches('^(none|(root|all):(memory|self)?(,size=[^,]*)?)$')
    || k == '${FLAG_PREFIX}host-uds' && !(x in ['none', 'open', 'create', 'all'])), k)`,
  },
];

const moreVariables: readonly PolicyNode[] = [
  variable(
    'strays',
    'The names of hints that no volume has. The shim takes what stands before the first dot for the volume.',
    `variables.keys.map(k, k.split('.')[0]).filter(n, !(n in variables.volumes) && n != '${SHM_VOLUME}').distinct()`,
  ),
  variable(
    'others',
    'What is named like a volume and is none: containers, and where mounts are.',
    `['shm'] + (${CONTAINERS}).map(c, c.name)
  + variables.mounts.map(m, m.mountPath) + variables.mounts.map(m, m.mountPath.split('/')[size(m.mountPath.split('/')) - 1])`,
  ),
  variable(
    'counts',
    'The volumes that each container mounts, in the order of their start, and whether it ends before the next one.',
    `(object.spec.?initContainers.orValue([]).map(c, {'c': dyn(c), 'init': dyn(true)})
  + object.spec.containers.map(c, {'c': dyn(c), 'init': dyn(false)})
  + object.spec.?ephemeralContainers.orValue([]).map(c, {'c': dyn(c), 'init': dyn(false)})
).transformList(i, each, {'index': dyn(i),
  'endsFirst': dyn(each.init && each.c.?restartPolicy.orValue('') != 'Always'),
  'parts': dyn(each.c.?volumeMounts.orValue([]).filter(m, ${IS_PART}).map(m, m.name)),
  'mounts': dyn(each.c.?volumeMounts.orValue([]).filter(m, m.?subPath.orValue('') == '' && m.?subPathExpr.orValue('') == '').map(m, m.name))})`,
  ),
];

/** At most this many names are said, for messages have a limit. */
const MOST = 5;

function camelCase(code: string): string {
  return code.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function validation({ code, what }: Pick<PolicyDiagnostic, 'code' | 'what'>): PolicyNode {
  const found = `variables.${camelCase(code)}`;
  return {
    expression: new PolicyText([`size(${found}) == 0`]),
    messageExpression: new PolicyText([
      `'${code}: ${what.replaceAll("'", "\\'")}: ' + (size(${found}) > ${MOST} ? ${found}.slice(0, ${MOST}) : ${found}).join(', ')`,
    ]),
  };
}

const found = POLICY_DIAGNOSTICS.map(({ code, what, found }) =>
  variable(camelCase(code), `${code} (docs/diagnostics.md): ${what}.`, found),
);

/** Hints of a running pod; what runsc read at its start counts. */
const UPDATES: readonly PolicyDiagnostic[] = [
  {
    code: 'hint-changed',
    what: 'hints of a running pod, which cannot be changed or removed',
    found: `variables.before.transformList(k, x, !(k in variables.given) || variables.given[k] != x, k)`,
  },
  {
    code: 'mount-looser-than-hint',
    what: 'hinted volumes that an ephemeral container would mount more loosely than their hints allow, so that it does not start',
    found: `variables.added.map(c, c.?volumeMounts.orValue([])).flatten().filter(m, variables.masters.exists(h, h.name == m.name
  && ('ro' in h.options && !m.?readOnly.orValue(false) && !h.isReadOnly
    || 'noexec' in h.options || 'noatime' in h.options || 'nosuid' in h.options))).map(m, m.name).distinct()`,
  },
];

const updateVariables: readonly PolicyNode[] = [
  variable(
    'before',
    'The hints before the update.',
    `oldObject.metadata.?annotations.orValue({}).transformMap(k, x, k.startsWith('${MOUNT_PREFIX}'), x)`,
  ),
  variable(
    'added',
    'The ephemeral containers that the update adds.',
    `object.spec.?ephemeralContainers.orValue([]).filter(c,
  !oldObject.spec.?ephemeralContainers.orValue([]).exists(old, old.name == c.name))`,
  ),
];

/**
 * The policies that refuse, warn of or record what `check` reports as errors, as far as a pod alone shows it.
 *
 * Source: Kubernetes API `admissionregistration.k8s.io/v1` (ValidatingAdmissionPolicy).
 */
export const validatingPolicies: readonly PolicyNode[] = [
  ...validatingPolicy('validate', {
    matchConstraints: matchConstraints([{ resources: ['pods'], operations: ['CREATE'] }]),
    matchConditions: matchConditions('validation'),
    variables: [...podVariables, ...moreVariables, ...found],
    validations: POLICY_DIAGNOSTICS.map(validation),
  }),
  ...validatingPolicy('validate-updates', {
    matchConstraints: matchConstraints([
      {
        resources: ['pods', 'pods/status', 'pods/resize', 'pods/ephemeralcontainers'],
        operations: ['UPDATE'],
      },
    ]),
    matchConditions: matchConditions('validation'),
    variables: [
      ...updateVariables,
      ...podVariables,
      ...UPDATES.map(({ code, what, found }) => variable(camelCase(code), `${code}: ${what}.`, found)),
    ],
    validations: UPDATES.map(validation),
  }),
];
