import { CONTAINERS } from './hint-variables.ts';
import { Commented, choose, type PolicyNode, PolicyText, slot, text } from './policy-text.ts';

/** What a policy was measured with (docs/benchmarks.md). A larger pod is left as it is. */
export const POLICY_BOUNDS = { volumes: 500, containers: 50, mounts: 1500, mountsPerContainer: 100 } as const;

/** The kind of the parameters: the binding hands in every RuntimeClass in turn. */
export const RUNTIME_CLASSES: PolicyNode = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass' };

interface ResourceRule {
  readonly resources: readonly string[];
  readonly operations: readonly string[];
}

/** Which requests a policy is asked about. */
export function matchConstraints(rules: readonly ResourceRule[]): PolicyNode {
  return {
    namespaceSelector: slot('namespaceSelector'),
    resourceRules: rules.map(({ resources, operations }) => ({
      apiGroups: [''],
      apiVersions: ['v1'],
      operations,
      resources,
    })),
  };
}

function condition(name: string, comment: string, expression: PolicyText): PolicyNode {
  return new Commented(comment, { name, expression });
}

const gvisor = condition(
  'gvisor',
  "The pod's RuntimeClass means gVisor. (An absent field must not be asked for: that is an error.)",
  text`object.spec.?runtimeClassName.orValue('') == params.metadata.name
  && ${choose('chosenBy', {
    handler: text`params.handler in ${slot('handlers')}`,
    class: text`params.metadata.name in ${slot('runtimeClasses')}`,
  })}`,
);

const optedIn = condition(
  'not-opted-out',
  'Neither a label nor an annotation of the pod says that it wants no hints.',
  text`object.metadata.?labels[?${slot('optOutKey')}].orValue('') != ${slot('optOutValue')}
  && object.metadata.?annotations[?${slot('optOutKey')}].orValue('') != ${slot('optOutValue')}`,
);

/** Whether the pod is not larger than what a policy was measured with. */
export const WITHIN_BOUNDS = `size(object.spec.?volumes.orValue([])) <= ${POLICY_BOUNDS.volumes}
  && [(${CONTAINERS}).map(c, size(c.?volumeMounts.orValue([])))].all(mounts,
    size(mounts) <= ${POLICY_BOUNDS.containers} && mounts.sum() <= ${POLICY_BOUNDS.mounts}
    && mounts.all(count, count <= ${POLICY_BOUNDS.mountsPerContainer}))`;

const withinBounds = condition(
  'within-bounds',
  'No larger than what was measured to stay below the API server\'s cost limits: docs/policy.md, "Limits".',
  new PolicyText([WITHIN_BOUNDS]),
);

/** Which pods a policy takes: `mutation` leaves out those that want no hints, `validation` does not; `limits` takes those of any size. */
export function matchConditions(purpose: 'mutation' | 'validation' | 'limits'): PolicyNode {
  if (purpose === 'limits') return [gvisor];
  return [gvisor, ...(purpose === 'mutation' ? [optedIn] : []), withinBounds];
}

/** The binding that puts a policy to work in the whole cluster. */
export function bindingTo(
  kind: string,
  policyName: PolicyText,
  more: Record<string, PolicyNode> = {},
): PolicyNode {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name: policyName },
    spec: {
      policyName,
      paramRef: new Commented('Every RuntimeClass is a parameter, so that nobody keeps a list of them.', {
        selector: {},
        parameterNotFoundAction: 'Allow',
      }),
      ...more,
    },
  };
}

/** A validating policy, named after the others with a suffix, and its binding. */
export function validatingPolicy(
  suffix: string,
  spec: Readonly<Record<string, PolicyNode>>,
  validationActions: PolicyNode = slot('validationActions'),
): readonly PolicyNode[] {
  const name = text`${slot('name')}-${suffix}`;
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: { paramKind: RUNTIME_CLASSES, ...spec, failurePolicy: slot('failurePolicy') },
    },
    bindingTo('ValidatingAdmissionPolicyBinding', name, { validationActions }),
  ];
}
