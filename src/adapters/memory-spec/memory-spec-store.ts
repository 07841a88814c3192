import { MountHintsError } from '../../domain/mount-hints-error.ts';
import { applyEdits, type Edit } from '../../domain/spec/edits.ts';
import type { OciSpec } from '../../domain/spec/oci-spec.ts';
import type { LoadedSpec, SpecStore } from '../../ports/spec-store.ts';

/** OCI specs in a map of the caller's; saving puts a new object there. */
export class MemorySpecStore implements SpecStore {
  readonly #specs: Map<string, OciSpec>;

  constructor(specs: Map<string, OciSpec>) {
    this.#specs = specs;
  }

  async load(location: string): Promise<LoadedSpec> {
    const spec = this.#specs.get(location);
    if (spec !== undefined) return { location, spec, document: undefined };
    throw new MountHintsError('MH_INPUT_NOT_FOUND', `No spec is stored as "${location}". Store one first.`, {
      path: location,
    });
  }

  async save(loaded: LoadedSpec, edits: readonly Edit[]): Promise<void> {
    if (edits.length === 0) return;
    if (this.#specs.get(loaded.location) !== loaded.spec) {
      throw new MountHintsError(
        'MH_SPEC_CHANGED',
        `The spec stored as "${loaded.location}" is no longer the one that was loaded. Load it again.`,
        { path: loaded.location },
      );
    }
    this.#specs.set(loaded.location, applyEdits(loaded.spec, edits));
  }

  async render(loaded: LoadedSpec, edits: readonly Edit[]): Promise<string> {
    return JSON.stringify(applyEdits(loaded.spec, edits), null, 2);
  }
}
