import type { Container } from 'inversify';
import type { MountHints } from '../application/mount-hints.ts';
import type { DecideOptions } from '../domain/rewrite/decide-options.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import { containerOf } from './container-of.ts';
import { fileSystemModule, jsonFileModule, kubeletModule, mountHintsModule, runscModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

/** What a rewrite is made for. */
export interface MountHintsOptions extends DecideOptions {
  /** The gVisor release whose shim's rules hold: `latest`, or a date such as `20260615`. There is no default. */
  readonly release: Release;
  /** Kubelet's `--root-dir`; `/var/lib/kubelet` if absent. */
  readonly kubeletDir?: string;
  /** A file system shaped like `node:fs`, such as memfs's `createFsFromVolume(volume)`; the host's if absent. */
  readonly fs?: unknown;
}

/** A container with every token bound to its standard adapter; rebind what you like before you ask it for `TOKENS.mountHints`. */
export function createContainer({ release, kubeletDir, fs, ...options }: MountHintsOptions): Container {
  return containerOf(
    fileSystemModule(fs),
    kubeletModule(kubeletDir),
    jsonFileModule(),
    runscModule(),
    mountHintsModule(release, options),
  );
}

/**
 * The rewrite, ready to use.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_KUBELET_DIR_INVALID, MH_FS_INCOMPLETE
 */
export function createMountHints(options: MountHintsOptions): MountHints {
  return createContainer(options).get(TOKENS.mountHints);
}
