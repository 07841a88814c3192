import type { Edit } from '../domain/spec/edits.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';

/** A spec with what its store needs to save it again. `document` is the store's own affair. */
export interface LoadedSpec {
  /** Where it came from, in the caller's words. */
  readonly location: string;
  /**
   * The file that a save writes, in the caller's words: of a bundle directory its `config.json`. Absent where it is
   * the location itself, or no file.
   */
  readonly file?: string;
  /** The whole spec; a store may parse it when it is first asked for. */
  readonly spec: OciSpec;
  /**
   * All that the rewrite reads (annotations, mounts, `linux`, and what would tell a manifest), where the store
   * has it at less cost than the whole.
   */
  readonly part?: OciSpec;
  /** How many other names (hard links) what is stored has, which go on showing the old text after a save; 0 if absent. */
  readonly otherNames?: number;
  readonly document: unknown;
}

/** Where OCI specs come from and go to. `gvisor-mount-hints/testing` has its contract. */
export interface SpecStore {
  /**
   * Loads the spec at `location` (for files: a bundle directory or its `config.json`).
   *
   * @throws MH_INPUT_… if there is none or it cannot be read; MH_SPEC_… if it is not a usable spec.
   */
  load(location: string): Promise<LoadedSpec>;
  /**
   * Saves `loaded` with the edits, all or nothing, keeping everything that they do not name. Without
   * edits nothing is written.
   *
   * @throws MH_WRITE_FAILED; what was stored before is then still there, whole. MH_SPEC_CHANGED if what is
   *   stored is no longer what was loaded: load again, and decide anew.
   */
  save(loaded: LoadedSpec, edits: readonly Edit[]): Promise<void>;
  /** The text of the stored spec as it would be after the edits; without edits, as it is. For showing. */
  render(loaded: LoadedSpec, edits: readonly Edit[]): Promise<string>;
}
