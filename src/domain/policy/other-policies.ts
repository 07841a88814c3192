import { MOUNT_PREFIX } from '../spec/annotation-keys.ts';
import { CONTAINERS, HINT_VARIABLES, LONGEST_NAME, variable } from './hint-variables.ts';
import { matchConditions, matchConstraints, validatingPolicy, WITHIN_BOUNDS } from './policy-scope.ts';
import { choose, type PolicyNode, PolicyText, text } from './policy-text.ts';

const CREATE = matchConstraints([{ resources: ['pods'], operations: ['CREATE'] }]);

/** With existing hints rejected: refuses a pod that has others than the rules give it, as GKE does at its creation. */
export const rejectingPolicy: readonly PolicyNode[] = validatingPolicy(
  'reject',
  {
    matchConstraints: CREATE,
    matchConditions: matchConditions('mutation'),
    variables: [
      ...HINT_VARIABLES,
      variable(
        'computed',
        'The keys that the rules give the pod.',
        "variables.hints.map(h, [h.key + '.options', h.key + '.share', h.key + '.type']).flatten().transformMapEntry(i, k, {k: true})",
      ),
      variable(
        'others',
        'Its other hints: MH_HINTS_CONFLICT, docs/errors.md.',
        `variables.given.transformList(k, x, k.startsWith('${MOUNT_PREFIX}') && !(k in variables.computed), k)`,
      ),
    ],
    validations: [
      {
        expression: new PolicyText(['size(variables.others) == 0']),
        messageExpression: new PolicyText([
          "'MH_HINTS_CONFLICT: mount hints that the rules do not give this pod: ' + (size(variables.others) > 5 ? variables.others.sort().slice(0, 5) : variables.others.sort()).join(', ')",
        ]),
      },
    ],
  },
  ['Deny'],
);

/** Names what the mutating policy leaves without hints although `hintsForPod` would not. */
export const limitsPolicy: readonly PolicyNode[] = validatingPolicy('limits', {
  matchConstraints: CREATE,
  matchConditions: matchConditions('limits'),
  validations: [
    {
      expression: new PolicyText([WITHIN_BOUNDS]),
      messageExpression: new PolicyText([
        "'policy-pod-too-large: the pod is larger than the policy was measured with, and gets no hints (docs/policy.md)'",
      ]),
    },
    {
      expression: choose('rules', {
        gke: 'true',
        safe: `(${CONTAINERS}).all(c, c.?volumeMounts.orValue([]).all(m, !('..' in m.mountPath.split('/'))))`,
      }),
      messageExpression: new PolicyText([
        "'policy-path-not-followed: a volume that is mounted at a path with .. gets no hint (docs/policy.md)'",
      ]),
    },
    {
      expression: choose('rules', {
        safe: 'true',
        gke: `object.spec.?volumes.orValue([]).all(v, !has(v.emptyDir) || size(v.name) <= ${LONGEST_NAME})`,
      }),
      messageExpression: text`'policy-name-too-long: an emptyDir whose name has more than ${String(LONGEST_NAME)} characters gets no hint (docs/policy.md)'`,
    },
  ],
});
