import { isWrapper } from './check-wrapper.ts';
import type { ConfigFile } from './config-file.ts';
import { type ConfigTable, isTable, tableAt, tableOf, textOf, textsOf } from './config-value.ts';
import { isGvisorRuntime } from './gvisor-runtime.ts';
import { finding, type NodeFinding } from './node-finding.ts';

/** A runtime of Docker's or Podman's that starts gVisor. */
export interface EngineRuntime {
  readonly engine: 'Docker' | 'Podman';
  readonly name: string;
  /** The file whose word on it holds. */
  readonly file: string;
  /** What the engine calls: the first of these that is there. None where it starts a shim of containerd's. */
  readonly binaries: readonly string[];
}

function startsGvisor(name: string, binaries: readonly string[], type?: string): boolean {
  const table = { ...(type !== undefined && { runtime_type: type }) };
  return (
    isGvisorRuntime(name, table) ||
    binaries.some((path) => isWrapper(path) || isGvisorRuntime('', { runtime_path: path }))
  );
}

/** Docker's configuration, and what is wrong with its file; an empty file counts as an object without keys. */
export function readDockerConfig(
  path: string,
  text: string,
): { readonly config: ConfigTable; readonly findings: readonly NodeFinding[] } {
  const malformed = (reason: string) => {
    const message = `${path} ${reason}: Docker does not start with it. Correct it.`;
    return { config: {}, findings: [finding('DOCTOR_MALFORMED', message, { path })] };
  };
  if (text.trim() === '') return { config: {}, findings: [] };
  try {
    const config: unknown = JSON.parse(text);
    return isTable(config) ? { config, findings: [] } : malformed('is not a JSON object');
  } catch {
    return malformed('is not valid JSON');
  }
}

/** The runtimes of gVisor's in Docker's configuration. Source: dockerd's daemon.json (`runtimes`). */
export function dockerRuntimes(file: string, config: ConfigTable): EngineRuntime[] {
  return Object.entries(tableAt(config, 'runtimes')).flatMap(([name, value]): EngineRuntime[] => {
    const { path, runtimeType } = tableOf(value);
    const binary = textOf(path);
    const binaries = binary === undefined || binary === '' ? [] : [binary];
    if (!startsGvisor(name, binaries, textOf(runtimeType))) return [];
    return [{ engine: 'Docker', name, file, binaries }];
  });
}

/** The runtimes of gVisor's in Podman's files: the last file that names one holds. Source: containers.conf(5). */
export function podmanRuntimes(files: readonly ConfigFile[]): EngineRuntime[] {
  const runtimes = new Map<string, EngineRuntime>();
  for (const { path, config } of files) {
    for (const [name, value] of Object.entries(tableAt(config, 'engine', 'runtimes'))) {
      runtimes.set(name, { engine: 'Podman', name, file: path, binaries: textsOf(value) });
    }
  }
  return [...runtimes.values()].filter(({ name, binaries }) => startsGvisor(name, binaries));
}

/** The wrapper that a runtime names, if it names one. */
export function wrapperOf({ binaries }: EngineRuntime): string | undefined {
  return binaries.find(isWrapper);
}

/**
 * What the runtimes of one engine lack. Where one of them is the wrapper, the others are its user's choice.
 *
 * @param wrapper where this package's OCI runtime wrapper is, or where it belongs.
 */
export function checkRewrite(runtimes: readonly EngineRuntime[], wrapper: string): NodeFinding[] {
  const [first] = runtimes;
  const rewrites = (each: EngineRuntime) => each.binaries.length === 0 || wrapperOf(each) !== undefined;
  if (first === undefined || runtimes.some(rewrites)) return [];
  const { engine, name, file } = first;
  return [
    finding(
      'DOCTOR_ENGINE_NO_REWRITE',
      `runtime ${name} of ${engine} starts gVisor directly, and nothing finds the volumes of a hint: hints do nothing. Add a runtime that is this package's OCI runtime wrapper in front of runsc, ${wrapper}.`,
      { path: file, runtime: name },
    ),
  ];
}
