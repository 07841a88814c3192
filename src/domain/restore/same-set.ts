import type { GoShape } from './go-shape.ts';
import { goTexts } from './go-shape.ts';

/**
 * Whether two lists pass as equal sets: the same elements in any order, and none twice, so that a list with one
 * twice does not even equal itself.
 *
 * Source: gVisor `runsc/specutils/restore.go` (validateArray).
 */
export function sameSet(shape: GoShape, checkpoint: unknown, restore: unknown, where: string): boolean {
  const was = goTexts(shape, checkpoint, where);
  const now = goTexts(shape, restore, where);
  const known = new Set(was);
  return (
    was.length === now.length &&
    known.size === was.length &&
    new Set(now).size === now.length &&
    now.every((each) => known.has(each))
  );
}
