import type { PodReport } from '../application/pod-report.ts';
import type { ReadPodsOptions } from '../application/read-pods.ts';
import { reportOnBundles } from '../application/report-on-bundles.ts';
import { checkArgument, checkOptions } from '../domain/arguments/check-arguments.ts';
import { guardArgumentsAsync } from '../domain/arguments/guard-arguments.ts';
import { checkIgnores } from '../domain/check/check-ignores.ts';
import { checkFlags } from '../domain/runsc/runsc-flags.ts';
import type { InjectedFileSystem } from '../ports/file-system.ts';
import { bundlesModule } from './bundles-module.ts';
import { COMMAND_TOKENS } from './command-tokens.ts';
import { containerOf } from './container-of.ts';
import { fileSystemModule, jsonFileModule, kubeletModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

/** By what bundles on disk are explained and checked. */
export interface InspectBundlesOptions
  extends Pick<ReadPodsOptions, 'release' | 'flags' | 'sandbox' | 'ignores' | 'heedsPods'> {
  /** Kubelet's `--root-dir`; `/var/lib/kubelet` if absent. */
  readonly kubeletDir?: string;
  /** A file system shaped like `node:fs`, such as memfs's `createFsFromVolume(volume)`; the host's if absent. */
  readonly fs?: InjectedFileSystem;
}

const OPTIONS = {
  release: 'string',
  kubeletDir: 'string?',
  sandbox: 'string?',
  ignores: 'list?',
  heedsPods: 'boolean?',
  fs: 'object?',
} as const;

/**
 * Explains and checks pods by their bundles on disk, and says where in which file each finding stands:
 * what `mount-hints explain` and `mount-hints check` say. Nothing is written. Specs that have not been
 * rewritten yet are told of as they will be after the rewrite.
 *
 * @param paths bundle directories or spec files, of sandboxes or containers. What is missing of a pod is
 *   found beside them, the pod's other containers too; `options.sandbox` names the sandbox where it is not.
 * @returns a report on each pod, in the order in which their bundles are named.
 * @throws MH_INPUT_…; MH_SPEC_…; MH_SANDBOX_NOT_FOUND; MH_VOLUME_… and MH_POD_UID_HOSTILE for a container
 *   (for a sandbox, they are findings); MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RELEASE_NOT_MODELLED;
 *   MH_KUBELET_DIR_INVALID, MH_FS_INCOMPLETE, MH_ARGUMENT_INVALID
 */
export async function inspectBundles(
  paths: readonly string[],
  options: InspectBundlesOptions,
): Promise<readonly PodReport[]> {
  return guardArgumentsAsync('inspectBundles', async () => inspect(paths, options));
}

function inspect(paths: readonly string[], options: InspectBundlesOptions): Promise<readonly PodReport[]> {
  checkArgument('inspectBundles', 'paths', paths, 'strings');
  checkOptions('inspectBundles', 'options', options, OPTIONS, ['flags']);
  checkIgnores('inspectBundles', options.ignores ?? []);
  checkFlags('inspectBundles', options.flags);
  const container = containerOf(
    fileSystemModule(options.fs),
    kubeletModule(options.kubeletDir),
    jsonFileModule(),
    bundlesModule(),
  );
  const ports = {
    files: container.get(COMMAND_TOKENS.podFiles),
    specs: container.get(TOKENS.specStore),
    positions: container.get(COMMAND_TOKENS.specPositions),
    lookup: container.get(TOKENS.volumeLookup),
    sources: container.get(COMMAND_TOKENS.sourceLookup),
    layout: container.get(TOKENS.kubeletLayout),
  };
  return reportOnBundles(paths, ports, options);
}
