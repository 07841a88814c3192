/** A place in a text: lines and columns from 1. Absent where it is not known. */
interface Where {
  readonly line?: number;
  readonly column?: number;
}

/** A manifest and, where it is known, the place in it; `offset` in UTF-16 code units. */
interface InManifest extends Where {
  readonly source?: string;
  readonly offset?: number;
}

/** A spec by its path, or what it is called, and the place in it. */
interface InSpec extends Where {
  readonly location: string;
}

/** A volume of a pod by the hint that names it. */
interface HintedVolume {
  readonly key: string;
  readonly name: string;
}

/** A path that the error is about. */
interface AtPath {
  readonly path: string;
  /** The operating system's code, such as `ENOENT`. */
  readonly errno?: string;
}

/**
 * What an error's `details` hold, by its code. Codes that are not named here hold whatever helps. Paths are as they were
 * given; a field with `?` is absent where nothing is known of it.
 */
export interface DetailsByCode {
  /** Of a library function: its name, the argument, and what it has to be. `mount`: an edit's mount that is not there. */
  readonly MH_ARGUMENT_INVALID: {
    readonly function: string;
    readonly argument?: string;
    readonly expected?: string;
    readonly mount?: number;
  };
  /** In the form of `requiredFacts`. */
  readonly MH_FACTS_MISSING: { readonly missing: readonly object[] };
  readonly MH_RELEASE_INVALID: { readonly release: unknown };
  readonly MH_RELEASE_TOO_OLD: { readonly release: string; readonly oldest: string };
  readonly MH_RELEASE_NOT_MODELLED: { readonly release: string; readonly oldest: string | undefined };
  /** The methods that `fs` lacks. */
  readonly MH_FS_INCOMPLETE: { readonly missing: readonly string[] };
  readonly MH_KUBELET_DIR_INVALID: { readonly kubeletDir: unknown };
  readonly MH_CONFIG_INVALID: Where & {
    readonly path?: string;
    readonly field?: string;
    readonly value?: unknown;
  };
  readonly MH_INPUT_NOT_REGULAR: AtPath;
  /** Bytes; or of which small parts there are more than `limit`. */
  readonly MH_INPUT_TOO_LARGE: {
    readonly path?: string;
    readonly size?: number;
    readonly what?: string;
    readonly limit: number;
  };
  readonly MH_INPUT_OUTSIDE_BUNDLE: AtPath & { readonly target: string; readonly bundle: string };
  /** Without a path: the working directory itself has been removed. */
  readonly MH_INPUT_NOT_FOUND: Partial<AtPath>;
  readonly MH_INPUT_UNREADABLE: AtPath;
  readonly MH_SPEC_NOT_JSON: InSpec;
  readonly MH_SPEC_BOM: InSpec;
  readonly MH_SPEC_DUPLICATE_KEY: InSpec & { readonly name: string; readonly where: string };
  readonly MH_SPEC_CASE_VARIANT: Partial<InSpec> & {
    readonly name: string;
    readonly where: string;
    readonly field: string;
  };
  /** `apiVersion` and `kind` of a Kubernetes manifest in place of a spec. */
  readonly MH_SPEC_SHAPE: Partial<InSpec> & {
    readonly where: string;
    readonly apiVersion?: string;
    readonly kind?: string;
  };
  readonly MH_SPEC_CHANGED: AtPath;
  /** `path`: of a pod that is given as an object, the field, such as `spec.containers`; empty for the pod itself. */
  readonly MH_MANIFEST_INVALID: InManifest & { readonly path?: string };
  /** What is given has these; of something that is no object, they are absent. */
  readonly MH_REVIEW_INVALID: { readonly apiVersion?: unknown; readonly kind?: unknown };
  readonly MH_MANIFEST_SHARED: InManifest;
  readonly MH_MANIFEST_LAYOUT: InManifest;
  readonly MH_MANIFEST_TOO_COMPLEX: InManifest;
  /** The keys that the rules do not give, and the pod's name. */
  readonly MH_HINTS_CONFLICT: InManifest & {
    readonly keys: readonly string[];
    readonly pod?: string | undefined;
  };
  readonly MH_CHECKPOINT_INVALID: AtPath;
  /** The names that the checkpoint has. */
  readonly MH_CONTAINER_NOT_IN_CHECKPOINT: {
    readonly name: string | undefined;
    readonly known: readonly string[];
  };
  readonly MH_SANDBOX_NOT_FOUND: {
    readonly path: string | undefined;
    readonly sandboxId: string | undefined;
  };
  readonly MH_VOLUME_NOT_FOUND: HintedVolume & {
    readonly podUid: string;
    readonly paths: readonly string[];
    /** Directories that could not be listed. */
    readonly unreadable: readonly string[];
  };
  /** All directories of that name. */
  readonly MH_VOLUME_AMBIGUOUS: HintedVolume & {
    readonly podUid?: string;
    readonly paths: readonly string[];
  };
  readonly MH_VOLUME_NAME_HOSTILE: HintedVolume;
  readonly MH_POD_UID_HOSTILE: { readonly podUid: string };
  readonly MH_SUB_PATH_REFUSED: HintedVolume & { readonly destination: string; readonly source: string };
  /** The container's bundle; its sandbox's, and the code of the error there. */
  readonly MH_SANDBOX_NOT_REWRITTEN: {
    readonly path: string;
    readonly sandbox: string;
    readonly sandboxId: string;
    readonly sandboxCode: string;
  };
  /** The package that is to be installed. */
  readonly MH_PEER_MISSING: { readonly package: string };
  readonly MH_RUNSC_UNUSABLE: AtPath & { readonly reason: string };
  /** Whether the file has its new content all the same. */
  readonly MH_WRITE_FAILED: AtPath & { readonly replaced?: boolean };
}
