import { LONGEST_NAME } from './hint-variables.ts';
import { mutatingPolicy } from './mutating-policy.ts';
import { limitsPolicy, rejectingPolicy } from './other-policies.ts';
import { checkPolicyOptions, fillingOf, type PolicyOptions } from './policy-options.ts';
import { POLICY_BOUNDS } from './policy-scope.ts';
import { type FilledNode, fill, type PolicyNode } from './policy-text.ts';
import { validatingPolicies } from './validating-policy.ts';

/** Policies that are in use together. */
export interface PolicyGroup {
  /** What they do, as a word for a file's name. */
  readonly name: 'mutate' | 'reject' | 'validate' | 'limits';
  readonly manifests: readonly PolicyNode[];
}

/** Every group of policies, with marked places. */
export const POLICY_GROUPS: readonly PolicyGroup[] = [
  { name: 'mutate', manifests: mutatingPolicy },
  { name: 'reject', manifests: rejectingPolicy },
  { name: 'validate', manifests: validatingPolicies },
  { name: 'limits', manifests: limitsPolicy },
];

function isWanted({ name }: PolicyGroup, { validate, existing }: PolicyOptions): boolean {
  if (name === 'validate') return validate !== undefined;
  if (name === 'limits') return validate === 'warn' || validate === 'audit';
  return name === 'mutate' || existing === 'reject';
}

/**
 * The admission policies that do in a cluster what `annotate` does for manifests, with a comment at each expression.
 * Apply them in order.
 *
 * @throws MH_USAGE for options that make no valid policy.
 */
export function policyManifests(options: PolicyOptions): readonly FilledNode[] {
  checkPolicyOptions(options);
  return POLICY_GROUPS.filter((group) => isWanted(group, options))
    .flatMap(({ manifests }) => manifests)
    .map((manifest) => fill(manifest, fillingOf(options)));
}

/** What the policies of these options leave without hints, in sentences; docs/policy.md has the reasons. */
export function policyLimits(options: PolicyOptions): readonly string[] {
  const { volumes, containers, mounts, mountsPerContainer } = POLICY_BOUNDS;
  const named =
    options.validate === 'warn' || options.validate === 'audit'
      ? ''
      : ' (validating with the action warn names them)';
  return [
    `pods with more than ${volumes} volumes, ${containers} containers, ${mounts} mounts or ${mountsPerContainer} in one container are left as they are${named}`,
    options.rules === 'gke'
      ? `volumes with names of more than ${LONGEST_NAME} characters get no hint: Kubernetes would refuse GKE's annotations${named}`
      : `volumes that are mounted at a path with .. get no hint${named}`,
  ];
}
