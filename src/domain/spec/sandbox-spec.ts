import { hasCriAnnotations } from './identity.ts';
import type { OciSpec } from './oci-spec.ts';
import { RuntimeSpec, type SpecParts } from './runtime-spec.ts';

/** The spec of a sandbox, whose annotations runsc takes the pod's hints from; or of a container without a pod. */
export class SandboxSpec extends RuntimeSpec {
  override readonly role = 'sandbox';
  readonly #document: OciSpec;

  constructor(parts: SpecParts, document: OciSpec) {
    super(parts);
    this.#document = document;
  }

  /** Whether no engine says that it is of a pod: it may be a sandbox and its only container at once. */
  get isWithoutPod(): boolean {
    return !hasCriAnnotations(this.annotations);
  }

  /** `linux.cgroupsPath`; empty where there is none. */
  get cgroupsPath(): string {
    const { linux } = this.#document;
    const path = typeof linux === 'object' ? linux?.cgroupsPath : undefined;
    return typeof path === 'string' ? path : '';
  }
}
