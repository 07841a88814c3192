import { memoryFileSystem } from '../../src/adapters/memory-fs/memory-file-system.ts';
import type { OciSpec } from '../../src/index.ts';
import { createMountHints } from '../../src/index.ts';
import type { InjectedFileSystem } from '../../src/ports/file-system.ts';
import type { Figure } from '../figure.ts';
import { RELEASE } from '../settings.ts';
import type { Suite } from './suite.ts';

const ROOT = '/var/lib/kubelet/pods/0b6f2c1e-6f6b-4f0e-9d2c-6a1f0b8f7f35/volumes';

interface Pod {
  readonly volumes: number;
  readonly plugins: number;
}

const PODS: readonly Pod[] = [
  { volumes: 5, plugins: 1 },
  { volumes: 5, plugins: 3 },
  { volumes: 100, plugins: 8 },
  { volumes: 1000, plugins: 20 },
];

/** The pod's volumes, spread over its plugins; the first plugin is emptyDir's. */
function pathsOf({ volumes, plugins }: Pod): string[] {
  return Array.from({ length: volumes }, (_, index) => {
    const plugin =
      index % plugins === 0 ? 'kubernetes.io~empty-dir' : `example.com~plugin-${index % plugins}`;
    return `${ROOT}/${plugin}/volume-${index}`;
  });
}

function sandboxWith(volumes: number): OciSpec {
  const hints = Array.from({ length: volumes }, (_, index) => [
    `dev.gvisor.spec.mount.volume-${index}.type`,
    'bind',
  ]);
  const uid = ROOT.split('/')[5] ?? '';
  return { annotations: { ...Object.fromEntries(hints), 'io.kubernetes.cri.sandbox-uid': uid }, mounts: [] };
}

/** A file system that counts how often a directory is read, by whatever method. */
function countingFileSystem(paths: readonly string[]) {
  const fs = memoryFileSystem({ directories: paths }) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >;
  let count = 0;
  const counting = new Proxy(fs, {
    get(target, name: string) {
      const method = target[name];
      if (typeof method !== 'function') return method;
      const counts = name.startsWith('readdir') || name.startsWith('opendir');
      return (...args: unknown[]) => {
        if (counts) count++;
        return method.apply(target, args);
      };
    },
  });
  return { fs: counting, count: () => count };
}

async function readsOf(pod: Pod): Promise<{ reads: number; allowed: number }> {
  const paths = pathsOf(pod);
  const { fs, count } = countingFileSystem(paths);
  const { changed } = await createMountHints({
    release: RELEASE,
    fs: fs as unknown as InjectedFileSystem,
  }).update(sandboxWith(pod.volumes));
  if (!changed) throw new Error('the sandbox should have got its sources');
  const emptyDirs = paths.filter((path) => path.includes('~empty-dir')).length;
  return { reads: count(), allowed: pod.plugins + 1 + emptyDirs };
}

/** Directory reads of a sandbox: counted, so the same on every machine. */
export const countDirectoryReads: Suite = async () => {
  const figures: Figure[] = [];
  for (const pod of PODS) {
    const { reads, allowed } = await readsOf(pod);
    figures.push({
      id: `directory reads: ${pod.volumes} volumes, ${pod.plugins} plugins`,
      what: 'directory reads of one sandbox (counted): one for each plugin, one more, and one for each emptyDir',
      unit: 'reads',
      value: reads,
      bar: { kind: 'at most', limit: allowed },
      detail: `a read for each volume and plugin would be ${pod.volumes * pod.plugins}`,
    });
  }
  return { figures };
};
