import { tableAt } from '../domain/doctor/config-value.ts';
import { CRIO_CONFIG, CRIO_DROP_INS } from '../domain/doctor/node-layouts.ts';
import { readingFindings } from '../domain/doctor/reading.ts';
import { engineConfigError } from '../domain/install/engine-files.ts';
import type { NodeFiles } from '../ports/node-files.ts';

/** Engines that read a directory of drop-ins: the main file, the drop-ins, and where a runtime stands in each. */
const ENGINES = {
  'cri-o': {
    main: CRIO_CONFIG,
    dropIns: `${CRIO_DROP_INS}/*`,
    table: ['crio', 'runtime', 'runtimes'],
    runtime: 'gvisor',
  },
  podman: {
    main: '/etc/containers/containers.conf',
    dropIns: '/etc/containers/containers.conf.d/*.conf',
    table: ['engine', 'runtimes'],
    runtime: 'gvisor-hints',
  },
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
  const { main, dropIns, table, runtime } = ENGINES[engine];
  const { paths } = await nodeFiles.glob(dropIns);
  for (const path of [main, ...paths]) {
    if (isOwn(path)) continue;
    const reading = await nodeFiles.readConfig(path);
    const [bad] = readingFindings(path, reading);
    if (bad) throw engineConfigError(path, 'cannot be read', bad.message);
    if (reading.kind === 'config' && Object.hasOwn(tableAt(reading.config, ...table), runtime)) {
      throw engineConfigError(
        path,
        `has a runtime ${runtime} already`,
        'Take it out, or install without an engine.',
      );
    }
  }
}
