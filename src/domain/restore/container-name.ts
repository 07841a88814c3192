import { type Annotations, annotation } from '../spec/identity.ts';
import { NAME_REMAP } from './compared-annotations.ts';

const CONTAINER_NAME = 'io.kubernetes.cri.container-name';

/**
 * The name by which runsc pairs a container with its checkpoint; `undefined` where nothing names it, and its place in
 * the order of creation counts.
 *
 * Source: gVisor `runsc/specutils/specutils.go` (ContainerName). CRI-O's names are not read.
 *
 * @param remaps whether the annotations that rename containers count. Where two rename one name, Go takes one by
 *   chance, and here it is the first in ascending order.
 */
export function containerNameOf(annotations: Annotations, remaps = true): string | undefined {
  const name = annotation(annotations, CONTAINER_NAME) || undefined;
  if (name === undefined || !remaps) return name;
  for (const key of Object.keys(annotations).sort()) {
    const mapping = key.startsWith(NAME_REMAP) ? annotation(annotations, key) : undefined;
    if (mapping?.startsWith(`${name}=`)) return mapping.slice(name.length + 1) || undefined;
  }
  return name;
}
