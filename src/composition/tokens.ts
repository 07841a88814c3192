import type { ServiceIdentifier } from 'inversify';
import type { MountHints } from '../application/mount-hints.ts';
import type { KubeletLayout } from '../domain/layouts/kubelet-layout.ts';
import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import type { Release } from '../domain/rewrite/releases.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { RuntimeRelease } from '../ports/runtime-release.ts';
import type { SpecStore } from '../ports/spec-store.ts';
import type { VolumeLookup } from '../ports/volume-lookup.ts';

/** An identifier that is the same in every copy of this package. */
export function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(`gvisor-mount-hints.${name}`);
}

/** What the container is asked for and what can be rebound; each typed by what it stands for. */
export const TOKENS = {
  fileSystem: token<FileSystem>('file-system'),
  kubeletLayout: token<KubeletLayout>('kubelet-layout'),
  volumeLayout: token<VolumeLayout>('volume-layout'),
  volumeLookup: token<VolumeLookup>('volume-lookup'),
  specStore: token<SpecStore>('spec-store'),
  runtimeRelease: token<RuntimeRelease>('runtime-release'),
  release: token<Release>('release'),
  mountHints: token<MountHints>('mount-hints'),
} as const;
