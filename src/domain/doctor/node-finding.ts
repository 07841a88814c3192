import type { Severity } from '../severity.ts';
import type { FileLines } from './file-lines.ts';

/** Every finding of the doctor by its stable code. `docs/doctor.md` has one section for each; a test keeps the two in step. */
export const DOCTOR_CODES = {
  DOCTOR_UNREADABLE: 'error',
  DOCTOR_MALFORMED: 'error',
  DOCTOR_NO_RUNTIME_CONFIG: 'error',
  DOCTOR_NO_GVISOR_RUNTIME: 'error',
  DOCTOR_CONFIG_VERSION: 'error',
  DOCTOR_PLUGIN_PATH: 'error',
  DOCTOR_PLUGIN_PATH_NEWER: 'warning',
  DOCTOR_IMPORT_MISSING: 'error',
  DOCTOR_IMPORT_TOO_MANY: 'error',
  DOCTOR_IMPORT_REPLACES: 'warning',
  DOCTOR_CRI_DISABLED: 'warning',
  DOCTOR_TEMPLATE_NOT_RENDERED: 'warning',
  DOCTOR_RUNTIME_TYPE: 'error',
  DOCTOR_POD_ANNOTATIONS: 'error',
  DOCTOR_POD_ANNOTATIONS_PARTIAL: 'warning',
  DOCTOR_SHIM_CONFIG_MISSING: 'error',
  DOCTOR_SHIM_CONFIG_VALUE: 'error',
  DOCTOR_SHIM_CONFIG_UNKNOWN: 'warning',
  DOCTOR_SHIM_TYPE_URL: 'warning',
  DOCTOR_SHIM_NOT_FOUND: 'warning',
  DOCTOR_WRAPPER_NOT_FOUND: 'error',
  DOCTOR_WRAPPER_CONFIG: 'error',
  DOCTOR_WRAPPED_RUNTIME_NOT_FOUND: 'error',
  DOCTOR_NODE_NOT_FOUND: 'error',
  DOCTOR_OVERLAY_ALL: 'warning',
  DOCTOR_FILE_ACCESS_EXCLUSIVE: 'warning',
  DOCTOR_CRIO_ALLOWED_ANNOTATIONS: 'error',
  DOCTOR_CRIO_RUNTIME_TYPE: 'error',
  DOCTOR_CRIO_RUNTIME_PATH: 'error',
  DOCTOR_CRIO_NO_REWRITE: 'warning',
  DOCTOR_ENGINE_NO_REWRITE: 'warning',
  DOCTOR_KUBELET_DIR_NOT_FOUND: 'warning',
  DOCTOR_KUBELET_DIR_ELSEWHERE: 'error',
  DOCTOR_KUBELET_DIR_LINKED: 'error',
  DOCTOR_RUNSC_NOT_FOUND: 'error',
  DOCTOR_RUNSC_UNUSABLE: 'error',
  DOCTOR_RUNSC_TOO_OLD: 'error',
  DOCTOR_RUNSC_OLD: 'warning',
  DOCTOR_RUNSC_NOT_RUN: 'info',
} as const satisfies Record<string, Severity>;

export type DoctorCode = keyof typeof DOCTOR_CODES;

/** One thing found on a node. `code` and the fields beside `message` are stable; the words are not. */
export interface NodeFinding {
  readonly code: DoctorCode;
  readonly severity: Severity;
  /** What is wrong and what that means, in one or two sentences. */
  readonly message: string;
  /** The file or directory that it was found in, as the node names it. */
  readonly path?: string;
  /** The runtime (of containerd, Docker or Podman) or runtime handler (CRI-O) that it is about. */
  readonly runtime?: string;
  /** Lines that mend it, in the order in which they are to be put in. */
  readonly lines?: readonly FileLines[];
}

/** A finding with its code's severity. */
export function finding(
  code: DoctorCode,
  message: string,
  place: Pick<NodeFinding, 'path' | 'runtime' | 'lines'> = {},
): NodeFinding {
  return { code, severity: DOCTOR_CODES[code], message, ...place };
}
