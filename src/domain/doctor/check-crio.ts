import type { ConfigFile } from './config-file.ts';
import { type ConfigTable, tableAt, tableOf, textOf, textsOf } from './config-value.ts';
import { linesFor } from './file-lines.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import { finding, type NodeFinding } from './node-finding.ts';

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

function handlerLines({ name, source }: CrioHandler, values: ConfigTable): Pick<NodeFinding, 'lines'> {
  return { lines: [linesFor(source, ['crio', 'runtime', 'runtimes', name], values)] };
}

function annotationFindings(handler: CrioHandler): NodeFinding[] {
  const { name, file, table } = handler;
  const allowed = textsOf(table.allowed_annotations);
  const ours = allowed.filter((each) => each.startsWith('dev.gvisor'));
  if (ours.length === 0) return [];
  const rest = allowed.filter((each) => !each.startsWith('dev.gvisor'));
  return [
    finding(
      'DOCTOR_CRIO_ALLOWED_ANNOTATIONS',
      `handler ${name} allows ${JSON.stringify(ours)}. That list is for CRI-O's own annotations: with any other in it CRI-O ignores the whole handler ("invalid allowed_annotation"). It passes dev.gvisor.* on without.`,
      {
        path: file,
        runtime: name,
        ...handlerLines(handler, { allowed_annotations: rest }),
      },
    ),
  ];
}

function typeFindings(handler: CrioHandler): NodeFinding[] {
  const { name, file, table } = handler;
  const type = textOf(table.runtime_type) ?? '';
  if (type === '' || type === 'oci') return [];
  return [
    finding(
      'DOCTOR_CRIO_RUNTIME_TYPE',
      `handler ${name} has runtime_type "${type}": CRI-O cannot start gVisor that way (for "vm" it takes only shims named containerd-shim-…-v2) and ignores the handler.`,
      { path: file, runtime: name, ...handlerLines(handler, { runtime_type: 'oci' }) },
    ),
  ];
}

function rewriteFindings({ name, file, table }: CrioHandler): NodeFinding[] {
  const path = textOf(table.runtime_path) ?? '';
  if (path !== '' && !isGvisorRuntime('', { runtime_path: path })) return [];
  return [
    finding(
      'DOCTOR_CRIO_NO_REWRITE',
      `handler ${name} starts gVisor directly, and CRI-O has no shim that finds the volumes of a hint: hints do nothing. Put this package's OCI runtime wrapper in front of runsc.`,
      { path: file, runtime: name },
    ),
  ];
}

/** Checks one runtime handler of CRI-O's. Source: CRI-O `pkg/config/config.go` (RuntimeHandler.Validate). */
export function checkCrioHandler(handler: CrioHandler): NodeFinding[] {
  return [annotationFindings, typeFindings, rewriteFindings].flatMap((check) => check(handler));
}

/** A handler whose binary is missing or cannot be executed. */
export function crioBinaryMissing({ name, file }: CrioHandler, binary: string): NodeFinding {
  return finding(
    'DOCTOR_CRIO_RUNTIME_PATH',
    `handler ${name} runs ${binary}, which is missing or not executable: CRI-O ignores the handler.`,
    { path: file, runtime: name },
  );
}
