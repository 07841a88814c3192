import type { KeyPath } from '../domain/text/key-path.ts';
import type { SourcePosition } from './manifest-reader.ts';
import type { LoadedSpec } from './spec-store.ts';

/** Says where something stands in the text of a loaded spec. */
export interface SpecPositions {
  /**
   * Where `path` is written, or the deepest part of it that is there; a key, where the last step is one. Of a
   * key that stands twice, the last: JSON readers take that one.
   */
  positionOf(loaded: LoadedSpec, path: KeyPath): SourcePosition;
}
