import type { AnalysedPod } from '../explain/analysed-pod.ts';
import { volumeNameOfPath } from '../explain/pod-volumes.ts';
import { fieldOf } from '../manifest/place-pod.ts';
import { EMPTY_DIR_PREFIX, FORCE_SHARED_SUFFIX, hintedName, isHintKey } from '../spec/annotation-keys.ts';
import type { KeyPath } from '../text/key-path.ts';
import type { Place } from '../text/place.ts';

/** The volume that an annotation's key names; `undefined` for a key that is about no volume. */
export function volumeOfKey(key: string): string | undefined {
  if (isHintKey(key)) return hintedName(key);
  if (!key.startsWith(EMPTY_DIR_PREFIX) || !key.endsWith(FORCE_SHARED_SUFFIX)) return undefined;
  return key.slice(EMPTY_DIR_PREFIX.length, -FORCE_SHARED_SUFFIX.length);
}

/** Where one of a pod's own annotations stands. */
export function annotationPlace({ placed }: AnalysedPod, key: string): Place {
  if (placed) return { in: 'pod', path: ['metadata', 'annotations', key] };
  return { in: 'sandbox', path: ['annotations', key] };
}

function textAt(value: unknown, ...steps: readonly string[]): string | undefined {
  const found = fieldOf(value, ...steps);
  return typeof found === 'string' ? found : undefined;
}

function volumeInPod(pod: unknown, path: KeyPath): string | undefined {
  const steps = path.map(String);
  const [, list, index = '', within, mount = ''] = steps;
  if (list === 'volumes') return textAt(pod, 'spec', 'volumes', index, 'name');
  if (within !== 'volumeMounts') return undefined;
  return textAt(pod, 'spec', String(list), index, 'volumeMounts', mount, 'name');
}

/**
 * Tells of a place in a pod's documents which volume it is about, by its name; `undefined` for none. Made once a pod,
 * so that many findings cost no search each.
 */
export function volumeFinder(pod: AnalysedPod): (place: Place) => string | undefined {
  const { sandbox, containers, explanation, placed } = pod;
  const names = new Map(explanation.hints.map(({ source, name }) => [source, name]));
  const inSpec = ({ in: where, path }: Place): string | undefined => {
    const spec = typeof where === 'number' ? containers[where]?.original : sandbox.original;
    const source = textAt(spec, 'mounts', String(path[1]), 'source');
    return source === undefined ? undefined : (names.get(source) ?? volumeNameOfPath(source));
  };
  return (place) => {
    const { path } = place;
    const annotations = path.indexOf('annotations');
    const key = annotations === -1 ? undefined : path[annotations + 1];
    if (typeof key === 'string') return volumeOfKey(key);
    if (place.in === 'pod') return volumeInPod(placed?.pod, path);
    return path[0] === 'mounts' ? inSpec(place) : undefined;
  };
}
