import type { Annotations } from './identity.ts';

/** A mount of an OCI runtime spec as it stands in `config.json`; fields that the rules do not read are carried along. */
export interface OciMount {
  readonly destination?: string | null;
  readonly type?: string | null;
  readonly source?: string | null;
  readonly options?: readonly string[] | null;
  readonly [field: string]: unknown;
}

/** An OCI runtime spec (`config.json`), as far as the rules read it; everything else is carried along. */
export interface OciSpec {
  readonly annotations?: Annotations | null;
  readonly mounts?: readonly (OciMount | null)[] | null;
  readonly linux?: { readonly cgroupsPath?: unknown; readonly [field: string]: unknown } | null;
  readonly [field: string]: unknown;
}
