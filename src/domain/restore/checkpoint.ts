import { checkArgument, checkFields } from '../arguments/check-arguments.ts';
import { guardArguments } from '../arguments/guard-arguments.ts';
import { MountHintsError } from '../mount-hints-error.ts';
import { type Annotations, roleOf } from '../spec/identity.ts';
import type { OciSpec } from '../spec/oci-spec.ts';
import { readSpec } from '../spec/read-spec.ts';
import { containerNameOf } from './container-name.ts';

/** What a checkpoint says of the pod that it was made of. */
export interface Checkpoint {
  /** The specs by the names that runsc pairs containers by. */
  readonly specs: ReadonlyMap<string, OciSpec>;
  /** What `runsc --version` said; absent where the specs came from bundles. */
  readonly runscVersion?: string;
}

/** The name of a container that nothing names: its place in the order of creation. */
function unnamed(index: number): string {
  return `__no_name_${index}`;
}

/**
 * The names by which runsc pairs the containers of a pod, in the order in which they are created.
 *
 * Source: gVisor `runsc/boot/loader.go` (registerContainer).
 */
export function containerNames(specs: readonly Annotations[]): readonly string[] {
  return specs.map((annotations, index) => containerNameOf(annotations) ?? unnamed(index));
}

/** The specs of bundles as a checkpoint of them would have them. */
export function checkpointOf(specs: readonly OciSpec[]): Checkpoint {
  const names = containerNames(specs.map((spec) => readSpec(spec).annotations));
  return { specs: new Map(specs.map((spec, index) => [names[index] ?? unnamed(index), spec])) };
}

/**
 * The checkpointed spec of one container that is to be restored, by its name; of a sandbox without one, the first.
 *
 * @throws MH_CONTAINER_NOT_IN_CHECKPOINT
 */
export function checkpointedSpecOf(checkpoint: Checkpoint, annotations: Annotations): OciSpec {
  return guardArguments('checkpointedSpecOf', () => {
    checkFields('checkpointedSpecOf', 'checkpoint', checkpoint, { specs: 'map' });
    checkArgument('checkpointedSpecOf', 'annotations', annotations, 'object');
    return specOf(checkpoint, annotations);
  });
}

function specOf(checkpoint: Checkpoint, annotations: Annotations): OciSpec {
  const name = containerNameOf(annotations) ?? (roleOf(annotations) === 'sandbox' ? unnamed(0) : undefined);
  const spec = name === undefined ? undefined : checkpoint.specs.get(name);
  if (spec) return spec;
  const known = [...checkpoint.specs.keys()];
  throw new MountHintsError(
    'MH_CONTAINER_NOT_IN_CHECKPOINT',
    name === undefined
      ? `The container has no name (io.kubernetes.cri.container-name), by which it would be found in the checkpoint; that has ${known.map((each) => JSON.stringify(each)).join(', ')}. Give it the annotation.`
      : `The checkpoint has no container ${JSON.stringify(name)}; it has ${known.map((each) => JSON.stringify(each)).join(', ')}. Restore the pod that it was made of, or map the name with an annotation dev.gvisor.container-name-remap.1: NOW=BEFORE.`,
    { name, known },
  );
}
