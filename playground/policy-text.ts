import { printManifests } from '../src/adapters/yaml/print-manifests.ts';
import { policyManifests } from '../src/domain/policy/policy-manifests.ts';

/** The admission policies that give a cluster's gVisor pods their hints, by the default options. */
export function policyText(): string {
  return printManifests(policyManifests({}));
}
