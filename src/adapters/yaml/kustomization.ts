import { policyManifests } from '../../domain/policy/policy-manifests.ts';
import type { PolicyOptions } from '../../domain/policy/policy-options.ts';
import { printManifests } from './print-manifests.ts';

const KUSTOMIZATION = `# Written by "mount-hints policy". docs/policy.md tells of the policies.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- policies.yaml
`;

/** A kustomization with a cluster's policies; its files by their names. */
export function kustomization(options: PolicyOptions): Readonly<Record<string, string>> {
  return { 'kustomization.yaml': KUSTOMIZATION, 'policies.yaml': printManifests(policyManifests(options)) };
}
