import type { ConfigFile } from './config-file.ts';
import { type ConfigTable, tableAt, tableOf, textOf, textsOf } from './config-value.ts';
import { type FileLines, linesForEach } from './file-lines.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import { finding, type NodeFinding } from './node-finding.ts';
import { CRIO_DROP_INS } from './node-layouts.ts';

/** A runtime handler of CRI-O's that starts gVisor. */
export interface CrioHandler {
  readonly name: string;
  /** The file whose word on it holds. */
  readonly file: string;
  /** That file as a whole. */
  readonly source: ConfigFile;
  readonly table: ConfigTable;
}

/**
 * The runtime handlers of gVisor's in CRI-O's files: the last file that names a handler says all of it.
 * Source: CRI-O `pkg/config/config.go` (UpdateFromDropInFile decodes each file over the ones before).
 */
export function crioHandlers(files: readonly ConfigFile[]): CrioHandler[] {
  const handlers = new Map<string, CrioHandler>();
  for (const source of files) {
    for (const [name, table] of Object.entries(tableAt(source.config, 'crio', 'runtime', 'runtimes'))) {
      handlers.set(name, { name, file: source.path, source, table: tableOf(table) });
    }
  }
  return [...handlers.values()].filter(({ name, table }) => isGvisorRuntime(name, table));
}

type Lines = Pick<NodeFinding, 'lines'>;

/** CRI-O's allowed annotations, of which those of gVisor's make it ignore the handler. */
function annotationFindings({ name, file, table }: CrioHandler, lines: Lines): NodeFinding[] {
  const ours = textsOf(table.allowed_annotations).filter(isGvisorAnnotation);
  if (ours.length === 0) return [];
  return [
    finding(
      'DOCTOR_CRIO_ALLOWED_ANNOTATIONS',
      `handler ${name} allows ${JSON.stringify(ours)}. That list is for CRI-O's own annotations: with any other in it CRI-O ignores the whole handler ("invalid allowed_annotation"). It passes dev.gvisor.* on without being told to.`,
      { path: file, runtime: name, ...lines },
    ),
  ];
}

function typeFindings({ name, file, table }: CrioHandler, lines: Lines): NodeFinding[] {
  if (isOciType(table)) return [];
  return [
    finding(
      'DOCTOR_CRIO_RUNTIME_TYPE',
      `handler ${name} has runtime_type "${textOf(table.runtime_type)}": CRI-O cannot start gVisor that way (for "vm" it takes only shims named containerd-shim-…-v2) and ignores the handler.`,
      { path: file, runtime: name, ...lines },
    ),
  ];
}

function rewriteFindings({ name, file, table }: CrioHandler, lines: Lines, wrapper: string): NodeFinding[] {
  if (isRewritten(table)) return [];
  return [
    finding(
      'DOCTOR_CRIO_NO_REWRITE',
      `handler ${name} starts gVisor directly, and CRI-O has no shim that finds the volumes of a hint: hints do nothing. Put this package's OCI runtime wrapper in front of runsc, as ${wrapper}.`,
      { path: file, runtime: name, ...lines },
    ),
  ];
}

function isGvisorAnnotation(name: string): boolean {
  return name.startsWith('dev.gvisor');
}

/** CRI-O's default is an OCI runtime. */
function isOciType(table: ConfigTable): boolean {
  return ['', 'oci'].includes(textOf(table.runtime_type) ?? '');
}

function isRewritten(table: ConfigTable): boolean {
  const path = textOf(table.runtime_path) ?? '';
  return path !== '' && !isGvisorRuntime('', { runtime_path: path });
}

/** What starts the wrapper as an OCI runtime; both values go together, because a shim of containerd's is not one. */
function startValues(table: ConfigTable, wrapper: string): ConfigTable {
  return {
    ...(!isOciType(table) && { runtime_type: 'oci' }),
    ...(!isRewritten(table) && { runtime_path: wrapper }),
  };
}

/**
 * Checks one runtime handler of CRI-O's. Source: CRI-O `pkg/config/config.go` (RuntimeHandler.Validate).
 *
 * @param wrapper where this package's OCI runtime wrapper is, or where it belongs.
 */
export function checkCrioHandler(handler: CrioHandler, wrapper: string): NodeFinding[] {
  const { name, source, table } = handler;
  const path = ['crio', 'runtime', 'runtimes', name];
  const allowed = textsOf(table.allowed_annotations);
  const rest = allowed.filter((each) => !isGvisorAnnotation(each));
  const allow = { path, values: { allowed_annotations: rest } };
  const start = { path, values: startValues(table, wrapper) };
  const sets = [...(rest.length < allowed.length ? [allow] : []), start];
  const blocks = linesForEach(source, sets).map((block): Lines => ({ lines: [block] }));
  const [first = {}, last = {}] = [blocks[0], blocks.at(-1)];
  return [
    ...annotationFindings(handler, first),
    ...typeFindings(handler, last),
    ...rewriteFindings(handler, last, wrapper),
  ];
}

/** A handler whose binary is missing or cannot be executed. */
export function crioBinaryMissing({ name, file }: CrioHandler, binary: string): NodeFinding {
  return finding(
    'DOCTOR_CRIO_RUNTIME_PATH',
    `handler ${name} runs ${binary}, which is missing or not executable: CRI-O ignores the handler. Install it there, or correct runtime_path.`,
    { path: file, runtime: name },
  );
}

/** The file that a new handler belongs in. */
export const CRIO_NEW_FILE = `${CRIO_DROP_INS}/50-gvisor.conf`;

/** A new handler: runsc behind this package's OCI runtime wrapper. */
export function crioHandlerText(wrapper: string): string[] {
  return [
    '[crio.runtime.runtimes.gvisor]',
    `runtime_path = '${wrapper}'`,
    "runtime_type = 'oci'",
    "runtime_root = '/run/runsc'",
  ];
}

/** CRI-O without a handler of gVisor's. */
export function crioHandlerMissing(wrapper: string): NodeFinding {
  const lines: FileLines[] = [{ file: CRIO_NEW_FILE, text: crioHandlerText(wrapper) }];
  return finding(
    'DOCTOR_NO_GVISOR_RUNTIME',
    `no runtime here starts gVisor. CRI-O needs this package's OCI runtime wrapper in front of runsc, as ${wrapper}.`,
    { lines },
  );
}
