import type { KeyPath } from '../../domain/text/key-path.ts';
import type { JsonPlaces } from './json-places.ts';

/** Most of a pod's text, in which no annotation stands. */
const WITHOUT_ANNOTATIONS: readonly KeyPath[] = [['spec'], ['status'], ['metadata', 'managedFields']];

/**
 * The text of a document with these large parts of its pods emptied: what is left stands where it stood, in the same
 * lines, and takes a reader a fraction of the time.
 *
 * @param pods the ways to the pods, from the text's value.
 */
export function textToAnnotate(text: string, places: JsonPlaces, pods: readonly KeyPath[]): string {
  const spans = pods
    .flatMap((pod) => WITHOUT_ANNOTATIONS.map((path) => places.spanOf([...pod, ...path])))
    .filter((span) => span !== undefined)
    .sort((a, b) => a.start - b.start);
  let result = '';
  let from = 0;
  for (const { start, end } of spans) {
    if (start < from) continue;
    const inner = text.slice(start + 1, end - 1).replace(/[^\r\n]/g, ' ');
    result += text.slice(from, start + 1) + inner;
    from = end - 1;
  }
  return result + text.slice(from);
}
