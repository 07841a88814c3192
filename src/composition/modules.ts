import { ContainerModule } from 'inversify';
import { JsonFileSpecStore } from '../adapters/files/json-file-spec-store.ts';
import { checkFileSystem } from '../adapters/host-fs/check-file-system.ts';
import { completed, hostFileSystem } from '../adapters/host-fs/host-file-system.ts';
import { ReaddirVolumeLookup } from '../adapters/host-fs/readdir-volume-lookup.ts';
import { MountHints, type RewriteChoices } from '../application/mount-hints.ts';
import { kubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import type { FileSystem, InjectedFileSystem } from '../ports/file-system.ts';
import { installedRunsc } from './installed-runsc.ts';
import { TOKENS } from './tokens.ts';

/**
 * The file system that all adapters work on: the host's, or an injected one.
 *
 * @throws MH_FS_INCOMPLETE if the injected one lacks a method.
 */
export function fileSystemModule(given: InjectedFileSystem = hostFileSystem): ContainerModule {
  const fs = completed(given);
  checkFileSystem(fs);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.fileSystem).toConstantValue(fs as FileSystem);
  });
}

/**
 * Kubelet's directories: the layout, and the lookup in them.
 *
 * @throws MH_KUBELET_DIR_INVALID if `kubeletDir` is not absolute.
 */
export function kubeletModule(kubeletDir?: string): ContainerModule {
  const layout = kubeletLayout(kubeletDir);
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.kubeletLayout).toConstantValue(layout);
    bind(TOKENS.volumeLayout).toConstantValue(layout);
    bind(TOKENS.volumeLookup).toResolvedValue(
      (fs, kubelet) => new ReaddirVolumeLookup(fs, kubelet),
      [TOKENS.fileSystem, TOKENS.kubeletLayout],
    );
  });
}

/** Specs in JSON files. */
export function jsonFileModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.specStore).toResolvedValue((fs) => new JsonFileSpecStore(fs), [TOKENS.fileSystem]);
  });
}

/** The installed gVisor: the runsc at `runsc`, or the first on PATH. */
export function runscModule(runsc?: string): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.runtimeRelease).toResolvedValue(() => installedRunsc(runsc));
  });
}

/** The rewrite use case for one release; `options` are off where they are absent. */
export function mountHintsModule(release: Release, options: RewriteChoices = {}): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.release).toConstantValue(release);
    bind(TOKENS.mountHints).toResolvedValue(
      (lookup, layout, store, chosen) => new MountHints({ lookup, layout, store }, chosen, options),
      [TOKENS.volumeLookup, TOKENS.volumeLayout, TOKENS.specStore, TOKENS.release],
    );
  });
}
