import type { VolumeLayout } from '../domain/layouts/volume-layout.ts';
import { expectEqual, type TestRunner } from './suite.ts';

/** A layout, and how paths look in it. */
export interface VolumeLayoutSubject {
  readonly layout: VolumeLayout;
  /** The root directory of a volume; `podUid` counts where the engine has pods. */
  volumePath(name: string, podUid: string): string;
  /** The same for an emptyDir; absent where the engine has none. */
  emptyDirPath?(name: string, podUid: string): string;
  /** Whether the layout knows pods. */
  readonly hasPods: boolean;
}

/** The contract of {@link VolumeLayout}: run it against any adapter. */
export function volumeLayoutContract({ test }: TestRunner, create: () => VolumeLayoutSubject): void {
  const withSubject = (name: string, body: (subject: VolumeLayoutSubject) => void) =>
    test(`VolumeLayout ${name}`, async () => body(create()));
  const named = (name: string, hasPods: boolean) => (hasPods ? { name, podUid: 'u-1' } : { name });

  for (const volume of ['data', 'a-b.c', '__proto__', 'constructor', 'x y', 'ä']) {
    withSubject(`knows the root of volume ${JSON.stringify(volume)}`, ({ layout, volumePath, hasPods }) => {
      expectEqual('volumeAt', layout.volumeAt(volumePath(volume, 'u-1')), named(volume, hasPods));
    });
  }
  const others: readonly [string, (root: string) => string][] = [
    ['a path below the root', (root) => `${root}/sub`],
    ['the root with a slash behind it', (root) => `${root}/`],
    ['the directory of all volumes', (root) => root.slice(0, root.lastIndexOf('/'))],
    ['a relative path', (root) => root.slice(1)],
    ['a path elsewhere', (root) => `/elsewhere${root}`],
    ['the empty path', () => ''],
  ];
  for (const [name, path] of others) {
    withSubject(`takes ${name} for no volume`, ({ layout, volumePath }) => {
      expectEqual('volumeAt', layout.volumeAt(path(volumePath('data', 'u-1'))), undefined);
    });
  }
  withSubject('tells emptyDirs from other volumes', ({ layout, volumePath, emptyDirPath }) => {
    expectEqual('a volume', layout.isEmptyDir(volumePath('data', 'u-1')), false);
    if (emptyDirPath) expectEqual('an emptyDir', layout.isEmptyDir(emptyDirPath('data', 'u-1')), true);
  });
}
