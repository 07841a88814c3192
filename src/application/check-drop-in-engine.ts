import { tableAt } from '../domain/doctor/config-value.ts';
import { engineConfigError } from '../domain/install/engine-files.ts';
import { GVISOR, HINTS_RUNTIME } from '../domain/install/engine-lines.ts';
import type { NodeFiles } from '../ports/node-files.ts';
import { readCrioConfigs, readPodmanConfigs } from './read-engine-configs.ts';

/** Engines that read a directory of drop-ins: how their files are read, and where our runtime stands in each. */
const ENGINES = {
  'cri-o': { read: readCrioConfigs, table: ['crio', 'runtime', 'runtimes'], runtime: GVISOR },
  podman: { read: readPodmanConfigs, table: ['engine', 'runtimes'], runtime: HINTS_RUNTIME },
} as const;

/**
 * Makes sure that an engine reads its configuration, and that no file of others has the runtime that a drop-in would
 * replace.
 *
 * @param isOwn whether a file is of an earlier installation.
 * @throws MH_INSTALL_ENGINE_CONFIG
 */
export async function checkDropInEngine(
  nodeFiles: NodeFiles,
  engine: keyof typeof ENGINES,
  isOwn: (path: string) => boolean,
): Promise<void> {
  const { read, table, runtime } = ENGINES[engine];
  const { files, findings } = await read(nodeFiles);
  for (const { path = '', message } of findings) {
    if (!isOwn(path)) throw engineConfigError(path, 'cannot be read', message);
  }
  const other = files.find(
    ({ path, config }) => !isOwn(path) && Object.hasOwn(tableAt(config, ...table), runtime),
  );
  if (other === undefined) return;
  throw engineConfigError(
    other.path,
    `has a runtime ${runtime} already`,
    'Take it out, or install without an engine.',
  );
}
