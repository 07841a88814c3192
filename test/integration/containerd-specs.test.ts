import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createMountHints, type OciSpec, type Release } from 'gvisor-mount-hints';
import { memoryStage, type TreeEntry } from '../support/vectors.ts';

const NAMES = ['sandbox', 'writer', 'reader'];
const VOLUMES = '/var/lib/kubelet/pods/6b1f2c9a-3d47-4e0b-9a52-1c7d5e8f0a34/volumes';
const SHM = `/run/containerd/io.containerd.grpc.v1.cri/sandboxes/${'1'.repeat(64)}/shm`;
const TREE: TreeEntry[] = [
  ...['scratch', 'cache'].map(
    (name): TreeEntry => ({ path: `${VOLUMES}/kubernetes.io~empty-dir/${name}`, kind: 'dir' }),
  ),
  { path: `${VOLUMES}/kubernetes.io~empty-dir/kept/data`, kind: 'file' },
  { path: `${VOLUMES}/kubernetes.io~empty-dir/mem`, kind: 'dir', tmpfs: 8_388_608 },
  { path: `${VOLUMES}/kubernetes.io~configmap/settings`, kind: 'dir' },
  { path: SHM, kind: 'dir', tmpfs: 67_108_864 },
];

function fixture(folder: string, name: string): OciSpec {
  const file = new URL(`../fixtures/${folder}/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function updated(release: Release, spec: OciSpec) {
  return createMountHints({ release, fs: memoryStage(TREE).fs }).update(spec);
}

describe('the specs of a real containerd', () => {
  test.each(NAMES)("%s becomes what gVisor's own shim made of it", async (name) => {
    const { spec } = await updated('20260615', fixture('containerd-1.6.20', name));
    expect(spec).toEqual(fixture('containerd-1.6.20-gvisor-shim', name));
  });

  test('latest adds the sizes of the host tmpfs in the sandbox, and nothing else', async () => {
    const sandbox = fixture('containerd-1.6.20-gvisor-shim', 'sandbox');
    const sizes = {
      'dev.gvisor.spec.mount.mem.options': 'size=8388608',
      'dev.gvisor.spec.mount.gvisorinternaldevshm.options': 'rw,size=67108864',
    };
    const { spec } = await updated('latest', fixture('containerd-1.6.20', 'sandbox'));
    expect(spec).toEqual({ ...sandbox, annotations: { ...sandbox.annotations, ...sizes } });
  });

  test.each(NAMES)('a second run leaves %s as it is', async (name) => {
    const { spec } = await updated('latest', fixture('containerd-1.6.20', name));
    expect((await updated('latest', spec)).changed).toBe(false);
  });

  test("a container's rewrite is that of the shim for every release since 20260615", async () => {
    for (const name of ['writer', 'reader']) {
      const { spec } = await updated('latest', fixture('containerd-1.6.20', name));
      expect(spec).toEqual(fixture('containerd-1.6.20-gvisor-shim', name));
    }
  });
});
