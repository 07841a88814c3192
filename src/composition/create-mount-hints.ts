import type { Container } from 'inversify';
import { type MountHints, REWRITE_CHOICES, type RewriteChoices } from '../application/mount-hints.ts';
import { checkFields } from '../domain/arguments/check-arguments.ts';
import { guardArguments } from '../domain/arguments/guard-arguments.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import type { InjectedFileSystem } from '../ports/file-system.ts';
import { containerOf } from './container-of.ts';
import { fileSystemModule, jsonFileModule, kubeletModule, mountHintsModule, runscModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

/** What a rewrite is made for. */
export interface MountHintsOptions extends RewriteChoices {
  /** The gVisor release whose shim's rules hold: `latest`, or a date such as `20260615`. There is no default. */
  readonly release: Release;
  /** Kubelet's `--root-dir`; `/var/lib/kubelet` if absent. */
  readonly kubeletDir?: string;
  /** A file system shaped like `node:fs`, such as memfs's `createFsFromVolume(volume)`; the host's if absent. */
  readonly fs?: InjectedFileSystem;
}

const OPTIONS = { release: 'string', kubeletDir: 'string?', fs: 'object?', ...REWRITE_CHOICES } as const;

/** A container with every token bound to its standard adapter; rebind what you like before you ask it for `TOKENS.mountHints`. */
export function createContainer(options: MountHintsOptions): Container {
  return containerFor('createContainer', options);
}

function containerFor(name: string, options: MountHintsOptions): Container {
  return guardArguments(name, () => {
    checkFields(name, 'options', options, OPTIONS);
    const { release, kubeletDir, fs, ...choices } = options;
    return containerOf(
      fileSystemModule(fs),
      kubeletModule(kubeletDir),
      jsonFileModule(),
      runscModule(),
      mountHintsModule(release, choices),
    );
  });
}

/**
 * The rewrite, ready to use.
 *
 * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_KUBELET_DIR_INVALID, MH_FS_INCOMPLETE, MH_ARGUMENT_INVALID
 */
export function createMountHints(options: MountHintsOptions): MountHints {
  const container = containerFor('createMountHints', options);
  return guardArguments('createMountHints', () => container.get(TOKENS.mountHints));
}
