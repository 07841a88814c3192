import { EMPTY_DIR_PREFIX, FORCE_SHARED_SUFFIX, MOUNT_PREFIX } from '../spec/annotation-keys.ts';
import { HINT_VARIABLES, SUB_PATH, variable } from './hint-variables.ts';
import { bindingTo, matchConditions, matchConstraints, RUNTIME_CLASSES } from './policy-scope.ts';
import { Commented, choose, type PolicyNode, PolicyText, slot, text } from './policy-text.ts';
import { WRITTEN_RECORD } from './written-record.ts';

/** Whether an annotation that the pod has says what the hint says: options in any order, and twice, are the same. */
const AGREES = ['type', 'share']
  .map((field) => `variables.authored[?h.key + '.${field}'].orValue(h.${field}) == h.${field}`)
  .concat(
    `sets.equivalent(variables.authored[?h.key + '.options'].orValue(h.options).split(','), h.options.split(','))`,
  )
  .join('\n  && ');

/** Whether the field, as the pair `w` of its name and value, replaces one that says something else. */
const DIFFERS = `(w[0].endsWith('.options')
    ? !sets.equivalent(variables.authored['${MOUNT_PREFIX}' + w[0]].split(','), w[1].split(','))
    : variables.authored['${MOUNT_PREFIX}' + w[0]] != w[1])`;

/** The longest name whose force-shared key fits. */
const LONGEST_FORCED = 63 - EMPTY_DIR_PREFIX.length - FORCE_SHARED_SUFFIX.length;

/** What there is beside the fields, where the rules and the release know force-shared. */
function forced(each: string): PolicyText {
  const more = choose('forceShared', { yes: ` + variables.forced${each}`, no: '' });
  return choose('rules', { safe: more, gke: '' });
}

const outcomeVariables: readonly PolicyNode[] = [
  variable(
    'isHinted',
    'Whether the author wrote hints, which have to be weighed against the computed ones.',
    `variables.authored.exists(k, k.startsWith('${MOUNT_PREFIX}'))`,
  ),
  variable(
    'settled',
    'Existing hints, docs/annotate.md: the hints that are written, in whole or in part.',
    choose('existing', {
      keep: `!variables.isHinted ? variables.hints : variables.hints.filter(h,
  ${AGREES})`,
      overwrite: 'variables.hints',
    }),
  ),
  variable(
    'fields',
    'Beside hints of the author: what is missing of them, or differs, as pairs of NAME.FIELD and value.',
    text`!variables.isHinted ? [] : (variables.settled.map(h, [h.name + '.options', h.options])
  + variables.settled.map(h, [h.name + '.share', h.share])
  + variables.settled.map(h, [h.name + '.type', h.type])
).filter(w, !('${MOUNT_PREFIX}' + w[0] in variables.authored)${choose('existing', {
      keep: '',
      overwrite: ` || ${DIFFERS}`,
    })})`,
  ),
  variable(
    'forced',
    'Volumes that the author hinted and a container mounts a part of: they stay on the host, by force-shared.',
    choose('rules', {
      gke: text`${slot('nothing')}`,
      safe: choose('forceShared', {
        no: text`${slot('nothing')}`,
        yes: `!variables.isHinted ? [] : [variables.special.filter(m, ${SUB_PATH}).map(m, m.name)].map(parts, variables.volumes.filter(v,
  v.name in parts && size(v.name) <= ${LONGEST_FORCED} && !('${EMPTY_DIR_PREFIX}' + v.name + '${FORCE_SHARED_SUFFIX}' in variables.authored)
  && variables.authored.exists(k, k.startsWith('${MOUNT_PREFIX}' + v.name + '.') || k == '${MOUNT_PREFIX}' + v.name)).map(v, v.name))[0]`,
      }),
    }),
  ),
  variable(
    'record',
    'What this policy writes: the names of whole hints, else NAME.FIELD.',
    text`variables.isHinted
  ? (variables.fields.map(w, w[0])${forced(`.map(n, n + '${FORCE_SHARED_SUFFIX}')`)}).join(',')
  : variables.settled.map(h, h.name).join(',')`,
  ),
  variable(
    'kept',
    "The author's annotations that stay.",
    choose('existing', {
      keep: 'variables.authored.transformList(k, x, {k: x})',
      overwrite: `variables.isHinted
  ? [variables.fields.transformMapEntry(i, w, {'${MOUNT_PREFIX}' + w[0]: true})].map(overwritten,
      variables.authored.transformList(k, x, !(k in overwritten), {k: x}))[0]
  : variables.authored.transformList(k, x, {k: x})`,
    }),
  ),
  variable(
    'added',
    'The annotations that come to them.',
    text`variables.isHinted
  ? variables.fields.map(w, {'${MOUNT_PREFIX}' + w[0]: w[1]})${forced(`.map(n, {'${EMPTY_DIR_PREFIX}' + n + '${FORCE_SHARED_SUFFIX}': 'true'})`)}
  : variables.settled.map(h, {h.key + '.options': h.options, h.key + '.share': h.share, h.key + '.type': h.type})`,
  ),
];

/** All annotations in one operation, which works whether the pod has any, and takes out what is out of date. */
const PATCH = `variables.record == '' && !('${WRITTEN_RECORD}' in variables.given) ? [] : [JSONPatch{
  op: 'add', path: '/metadata/annotations', value: (
    variables.kept + variables.added
    + (variables.record == '' ? [] : [{'${WRITTEN_RECORD}': variables.record}])
  ).transformMapEntry(i, each, each)
}]`;

/**
 * The policy that gives each gVisor pod at its creation the annotations of `hintsForPod`.
 *
 * Source: Kubernetes API `admissionregistration.k8s.io/v1` (MutatingAdmissionPolicy), since 1.36.
 */
export const mutatingPolicy: readonly PolicyNode[] = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: slot('name') },
    spec: {
      paramKind: RUNTIME_CLASSES,
      matchConstraints: matchConstraints([{ resources: ['pods'], operations: ['CREATE'] }]),
      matchConditions: matchConditions('mutation'),
      failurePolicy: new Commented(
        'Ignore: a pod that cannot be judged is created without hints, which is always safe.',
        slot('failurePolicy'),
      ),
      reinvocationPolicy: new Commented(
        'Once more if a webhook changed the pod: a sidecar or a subPath can change what its hints should be.',
        'IfNeeded',
      ),
      variables: [...HINT_VARIABLES, ...outcomeVariables],
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: new PolicyText([PATCH]) } }],
    },
  },
  bindingTo('MutatingAdmissionPolicyBinding', text`${slot('name')}`),
];
