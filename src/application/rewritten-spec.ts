import type { Note } from '../domain/rewrite/notes.ts';
import type { Edit } from '../domain/spec/edits.ts';
import type { OciSpec } from '../domain/spec/oci-spec.ts';
import type { LoadedSpec } from '../ports/spec-store.ts';

/** What a rewrite came to. `changed` says that the result differs from the input, so that `edits` is not empty. */
interface Rewritten {
  readonly changed: boolean;
  readonly edits: readonly Edit[];
  readonly notes: readonly Note[];
}

/** A rewritten spec in memory. */
export interface RewrittenSpec<S extends OciSpec> extends Rewritten {
  /** The spec after the edits; the input itself when nothing changed. */
  readonly spec: S;
}

/** A rewritten spec in a store. */
export interface RewrittenBundle extends Rewritten {
  /** Where it is, in the caller's words. */
  readonly path: string;
  /** The release by whose rules it was rewritten, YYYYMMDD. */
  readonly release: string;
}

/** What a rewrite would do, and the spec as it is stored. */
export type PlannedBundle = RewrittenBundle & { readonly loaded: LoadedSpec };
