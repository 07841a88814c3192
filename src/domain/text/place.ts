import type { KeyPath } from './key-path.ts';

/** Where a finding is: in which document of the pod, and at which key of it. */
export interface Place {
  /** `pod`: the manifest; `sandbox`: the sandbox's spec; a number: the spec of that container. */
  readonly in: 'pod' | 'sandbox' | number;
  readonly path: KeyPath;
}
