import { inputTooLarge, MAX_INPUT_BYTES } from '../../domain/input-limit.ts';
import type { Edit } from '../../domain/spec/edits.ts';
import type { LoadedSpec, SpecStore } from '../../ports/spec-store.ts';
import { loadedSpec, readSpecDocument, type SpecDocument } from './spec-document.ts';
import { spliceEdits } from './splice-edits.ts';

/** One OCI spec as the bytes of its JSON text, such as standard input's; lossless, like the file store. */
export class JsonBytesSpecStore implements SpecStore {
  #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The text as it is now. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  async load(location: string): Promise<LoadedSpec> {
    if (this.#bytes.length > MAX_INPUT_BYTES) throw inputTooLarge(location, this.#bytes.length);
    const document = readSpecDocument(location, this.#bytes);
    return loadedSpec(location, document, document);
  }

  async save(loaded: LoadedSpec, edits: readonly Edit[]): Promise<void> {
    if (edits.length > 0) this.#bytes = spliceEdits(loaded.document as SpecDocument, edits);
  }

  async render(loaded: LoadedSpec, edits: readonly Edit[]): Promise<string> {
    return spliceEdits(loaded.document as SpecDocument, edits).toString('utf8');
  }
}
