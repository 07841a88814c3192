import { mutatingPolicy } from './mutating-policy.ts';
import { checkPolicyOptions, fillingOf, type PolicyOptions } from './policy-options.ts';
import { type FilledNode, fill, type PolicyNode } from './policy-text.ts';

/** The manifests that a set of options comes to, with marked places. */
export function policyTemplates(): readonly PolicyNode[] {
  return mutatingPolicy;
}

/**
 * The admission policies that do in a cluster what `annotate` does for manifests, with a comment at each expression.
 * Apply them in order.
 *
 * @throws MH_USAGE for options that make no valid policy.
 */
export function policyManifests(options: PolicyOptions): readonly FilledNode[] {
  checkPolicyOptions(options);
  return policyTemplates().map((manifest) => fill(manifest, fillingOf(options)));
}
