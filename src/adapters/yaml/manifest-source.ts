import { manifestError } from '../../domain/manifest/manifest-error.ts';
import type { MountHintsError } from '../../domain/mount-hints-error.ts';
import { LineIndex } from '../../domain/text/line-index.ts';
import type { SourcePosition } from '../../ports/manifest-reader.ts';

/** A manifest's text with its name: what every error about it needs. */
export class ManifestSource {
  readonly text: string;
  readonly name: string;
  readonly lines: LineIndex;
  /** Where the text begins in the stream. */
  readonly offset: number;

  /** @param origin where the text begins in the stream that positions count in; its beginning if absent. */
  constructor(text: string, name: string, origin?: SourcePosition) {
    this.text = text;
    this.name = name;
    this.lines = new LineIndex(text, origin);
    this.offset = origin?.offset ?? 0;
  }

  /** An error about the place at `offset`; `what` is a sentence without its full stop, `next` a sentence. */
  error(
    code: 'MH_MANIFEST_INVALID' | 'MH_MANIFEST_SHARED' | 'MH_MANIFEST_LAYOUT' | 'MH_MANIFEST_TOO_COMPLEX',
    offset: number,
    what: string,
    next: string,
    cause?: unknown,
  ): MountHintsError {
    return manifestError(code, this.name, this.lines.positionAt(offset), what, next, cause);
  }

  /** An error about an unrendered Helm template at `offset`. */
  templateError(offset: number): MountHintsError {
    return this.error(
      'MH_MANIFEST_INVALID',
      offset,
      'this is a Helm template that was not rendered',
      'Render it first: helm template CHART > FILE, or helm template CHART | mount-hints COMMAND -.',
    );
  }
}
