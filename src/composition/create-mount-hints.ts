import type { Container } from 'inversify';
import { type MountHints, REWRITE_CHOICES, type RewriteChoices } from '../application/mount-hints.ts';
import { checkFields, checkMethods, checkOptions } from '../domain/arguments/check-arguments.ts';
import { guardArguments } from '../domain/arguments/guard-arguments.ts';
import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import type { InjectedFileSystem } from '../ports/file-system.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';
import { containerOf } from './container-of.ts';
import { fileSystemModule, jsonFileModule, kubeletModule, mountHintsModule, runscModule } from './modules.ts';
import { TOKENS } from './tokens.ts';

/** What a rewrite asks of the world; `gvisor-mount-hints/testing` has a contract for each. */
interface PluggedPorts {
  readonly volumeLookup?: VolumeLookup;
  readonly volumeLayout?: VolumeLayout;
  readonly specStore?: SpecStore;
}

/** What each port is asked. */
const METHODS = {
  volumeLookup: ['find', 'isEmpty', 'tmpfsSize'],
  volumeLayout: ['volumeAt', 'isEmptyDir'],
  specStore: ['load', 'save', 'render'],
} as const;
const PORTS = { volumeLookup: 'object?', volumeLayout: 'object?', specStore: 'object?' } as const;

/** What a rewrite is made for. */
export interface MountHintsOptions extends RewriteChoices {
  /** The gVisor release whose shim's rules hold: `latest`, or a date such as `20260615`. There is no default. */
  readonly release: Release;
  /** Kubelet's `--root-dir`; `/var/lib/kubelet` if absent. */
  readonly kubeletDir?: string;
  /** A file system shaped like `node:fs`, such as memfs's `createFsFromVolume(volume)`; the host's if absent. */
  readonly fs?: InjectedFileSystem;
  /** Your own adapters, each in place of the standard one. */
  readonly ports?: PluggedPorts;
}

const OPTIONS = {
  release: 'string',
  kubeletDir: 'string?',
  fs: 'object?',
  ports: 'object?',
  ...REWRITE_CHOICES,
} as const;

/**
 * For services that are composed with inversify: a container with every token bound to its standard adapter, or to one
 * of `options.ports`; rebind what you like before you ask it for `TOKENS.mountHints`. {@link createMountHints} needs no
 * knowledge of inversify.
 *
 * @throws as {@link createMountHints}
 */
export function createContainer(options: MountHintsOptions): Container {
  return containerFor('createContainer', options);
}

function containerFor(name: string, options: MountHintsOptions): Container {
  return guardArguments(name, () => {
    checkOptions(name, 'options', options, OPTIONS);
    const { release, kubeletDir, fs, ports = {}, ...choices } = options;
    checkOptions(name, 'options.ports', ports, PORTS);
    if (choices.checkpoint) {
      checkFields(name, 'options.checkpoint', choices.checkpoint, { specs: 'map' });
    }
    for (const [port, methods] of Object.entries(METHODS)) {
      const given = ports[port as keyof PluggedPorts];
      if (given) checkMethods(name, `options.ports.${port}`, given, methods);
    }
    const container = containerOf(
      fileSystemModule(fs),
      kubeletModule(kubeletDir),
      jsonFileModule(),
      runscModule(),
      mountHintsModule(release, choices),
    );
    const { volumeLookup, volumeLayout, specStore } = ports;
    if (volumeLookup) container.rebind(TOKENS.volumeLookup).toConstantValue(volumeLookup);
    if (volumeLayout) container.rebind(TOKENS.volumeLayout).toConstantValue(volumeLayout);
    if (specStore) container.rebind(TOKENS.specStore).toConstantValue(specStore);
    return container;
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
