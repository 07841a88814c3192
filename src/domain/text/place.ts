import type { KeyPath } from './key-path.ts';

/** Where a finding is: in which document of the pod, and at which key of it. */
export interface Place {
  /**
   * `pod`: the manifest's pod; `workload`: the object around its pod template; `sandbox`: the sandbox's spec;
   * a number: the spec of that container.
   */
  readonly in: 'pod' | 'workload' | 'sandbox' | number;
  readonly path: KeyPath;
}
