import { explicitPodUid } from './identity.ts';
import { RuntimeSpec } from './runtime-spec.ts';

/** The spec of a container in a pod, beside its sandbox's: its mounts are what is rewritten. */
export class ContainerSpec extends RuntimeSpec {
  override readonly role = 'container';

  protected override get onlyPod(): string | undefined {
    return explicitPodUid(this.annotations);
  }
}
