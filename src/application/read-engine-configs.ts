import type { ConfigFile } from '../domain/doctor/config-file.ts';
import { readingFindings, unreadable } from '../domain/doctor/config-reading.ts';
import type { NodeFinding } from '../domain/doctor/node-finding.ts';
import { CRIO_CONFIG, CRIO_DROP_INS, PODMAN_CONFIG, PODMAN_DROP_INS } from '../domain/doctor/node-layouts.ts';
import type { NodeFiles } from '../ports/node-files.ts';

/** The files of an engine that are there, in the order in which it lays them over each other, and what keeps others from being read. */
interface ReadConfigs {
  readonly files: readonly ConfigFile[];
  readonly findings: readonly NodeFinding[];
}

/** Reads configuration files; those that are absent are left out. */
async function readConfigs(nodeFiles: NodeFiles, paths: readonly string[]): Promise<ReadConfigs> {
  const files: ConfigFile[] = [];
  const findings: NodeFinding[] = [];
  for (const path of paths) {
    const reading = await nodeFiles.readConfig(path);
    findings.push(...readingFindings(path, reading));
    if (reading.kind === 'config') files.push({ path, config: reading.config, headings: reading.headings });
  }
  return { files, findings };
}

/** CRI-O's main file, and every file below its directory of drop-ins, at any depth. */
export async function readCrioConfigs(nodeFiles: NodeFiles): Promise<ReadConfigs> {
  const dropIns = await nodeFiles.walk(CRIO_DROP_INS);
  const closed = dropIns.unreadable.map(({ path, reason }) => unreadable(path, reason));
  if (dropIns.tooMany !== undefined)
    closed.push(unreadable(CRIO_DROP_INS, `more than ${dropIns.tooMany} files`));
  const { files, findings } = await readConfigs(nodeFiles, [CRIO_CONFIG, ...dropIns.paths]);
  return { files, findings: [...closed, ...findings] };
}

/** Podman's main file, and its directory of drop-ins. */
export async function readPodmanConfigs(nodeFiles: NodeFiles): Promise<ReadConfigs> {
  const { paths } = await nodeFiles.glob(`${PODMAN_DROP_INS}/*.conf`);
  return readConfigs(nodeFiles, [PODMAN_CONFIG, ...paths]);
}
