import type { VolumeLayout } from './volume-layout.ts';

/** Several layouts as one, for a host where several engines run: the first that knows a path has it. */
export function combinedLayout(layouts: readonly VolumeLayout[]): VolumeLayout {
  return {
    volumeAt: (source) => {
      for (const layout of layouts) {
        const at = layout.volumeAt(source);
        if (at) return at;
      }
      return undefined;
    },
    subPathAt: (source) => {
      for (const layout of layouts) {
        const at = layout.subPathAt?.(source);
        if (at) return at;
      }
      return undefined;
    },
    isEmptyDir: (directory) => layouts.some((layout) => layout.isEmptyDir(directory)),
    volumesDir: (podUid) => layouts.find((layout) => layout.volumesDir)?.volumesDir?.(podUid),
    directoryOf: (name) => layouts.find((layout) => layout.directoryOf)?.directoryOf?.(name),
  };
}
