import type { DetailsByCode } from './error-details.ts';

/**
 * Every error that this package raises, by its stable code, with the exit status a command ends with.
 * `docs/errors.md` has one section for each; a test keeps the two in step.
 *
 * The statuses follow sysexits(3): 2 usage, 65 bad input, 66 no input, 69 a volume is unavailable,
 * 70 a bug of ours, 74 could not write.
 */
export const ERROR_CODES = {
  MH_USAGE: 2,
  MH_ARGUMENT_INVALID: 2,
  MH_FACTS_MISSING: 2,
  MH_RELEASE_INVALID: 2,
  MH_RELEASE_TOO_OLD: 2,
  MH_FS_INCOMPLETE: 2,
  MH_KUBELET_DIR_INVALID: 2,
  MH_CONFIG_INVALID: 2,
  MH_INPUT_NOT_REGULAR: 65,
  MH_INPUT_TOO_LARGE: 65,
  MH_INPUT_OUTSIDE_BUNDLE: 65,
  MH_SPEC_NOT_JSON: 65,
  MH_SPEC_BOM: 65,
  MH_SPEC_TOO_DEEP: 65,
  MH_SPEC_DUPLICATE_KEY: 65,
  MH_SPEC_CASE_VARIANT: 65,
  MH_SPEC_SHAPE: 65,
  MH_MANIFEST_INVALID: 65,
  MH_MANIFEST_SHARED: 65,
  MH_REVIEW_INVALID: 65,
  MH_MANIFEST_LAYOUT: 65,
  MH_MANIFEST_TOO_COMPLEX: 65,
  MH_HINTS_CONFLICT: 65,
  MH_RELEASE_NOT_MODELLED: 65,
  MH_CHECKPOINT_INVALID: 65,
  MH_INSTALL_ENGINE_CONFIG: 65,
  MH_INSTALL_RECORD_INVALID: 65,
  MH_CONTAINER_NOT_IN_CHECKPOINT: 66,
  MH_INSTALL_SOURCE_MISSING: 66,
  MH_INPUT_NOT_FOUND: 66,
  MH_INPUT_UNREADABLE: 66,
  MH_SANDBOX_NOT_FOUND: 66,
  MH_VOLUME_NOT_FOUND: 69,
  MH_VOLUME_AMBIGUOUS: 69,
  MH_VOLUME_NAME_HOSTILE: 69,
  MH_POD_UID_HOSTILE: 69,
  MH_SUB_PATH_REFUSED: 69,
  MH_SANDBOX_NOT_REWRITTEN: 69,
  MH_NODE_TOO_OLD: 69,
  MH_PEER_MISSING: 69,
  MH_RUNSC_UNUSABLE: 69,
  MH_RUNTIME_UNUSABLE: 69,
  MH_KUBECTL_UNUSABLE: 69,
  MH_BUG: 70,
  MH_WRITE_FAILED: 74,
  MH_SPEC_CHANGED: 74,
  MH_INSTALL_FOREIGN_FILE: 74,
  MH_INSTALL_CHANGED: 74,
  MH_INSTALL_BUSY: 74,
} as const;

/**
 * A stable error code.
 *
 * Open: a later release may add codes, so a `switch` needs a `default`.
 */
export type ErrorCode = keyof typeof ERROR_CODES;

const BRAND = Symbol.for('gvisor-mount-hints.error');

/** What an error is about, for programs: paths, names, positions, by its code. Never needed to read the message. */
export type ErrorDetails<C extends ErrorCode = ErrorCode> = Readonly<Record<string, unknown>> &
  (C extends keyof DetailsByCode ? DetailsByCode[C] : unknown);

/**
 * The one error class. `message` says what, where and what to do next, for people and free to change;
 * `code` and `details` are for programs and stable.
 */
export class MountHintsError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly details: ErrorDetails<C>;
  readonly [BRAND] = true;

  constructor(code: C, message: string, details: ErrorDetails<C> = {} as ErrorDetails<C>, cause?: unknown) {
    super(
      typeof message === 'string' ? message : typeof message,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'MountHintsError';
    this.code = code;
    this.details = details;
  }

  /** The status with which a command that ends in this error exits. */
  get exitCode(): number {
    return Object.keys(ERROR_CODES).includes(this.code) ? ERROR_CODES[this.code] : ERROR_CODES.MH_BUG;
  }
}

/** An error of any code; its `code` tells the type of its `details`. */
export type AnyMountHintsError = { readonly [C in ErrorCode]: MountHintsError<C> }[ErrorCode];

/** Tells this package's errors from others; holds across two installed copies of it, where `instanceof` does not. */
export function isMountHintsError(value: unknown): value is AnyMountHintsError {
  try {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    return false;
  }
}
