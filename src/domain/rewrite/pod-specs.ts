import type { OciSpec } from '../spec/oci-spec.ts';
import type { Facts } from './facts.ts';

/** The sandbox or a container of a pod, as it stands in a bundle or as kubelet and the engine would make it. */
export interface PodMember {
  /** What people call it. */
  readonly name: string;
  readonly spec: OciSpec;
  /** It ends before the ones after it start: an init container that is not a sidecar. */
  readonly endsFirst?: boolean;
  /** The host as the shim finds it when it makes this member. */
  readonly facts: Facts;
}

/** The specs of one pod. */
export interface PodSpecs {
  /** Whose annotations the hints are in. */
  readonly sandbox: PodMember;
  /** In the order of their start; none where the sandbox is all there is. */
  readonly containers: readonly PodMember[];
}
