import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** Builds the image into `output`, with a date of its own; gives the reason where that cannot be. */
export function buildImage(output: string): string | undefined {
  const missing = ['buildah', 'podman', 'dpkg-deb', 'apt-get'].find(
    (name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status !== 0,
  );
  if (missing !== undefined) return `${missing} is not on PATH`;
  if (process.getuid?.() !== 0) return 'containers need root here';
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build-image.js', '--output', output], {
    cwd: ROOT,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1790000000' },
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `it cannot be built: ${stderr.trim().split('\n').slice(-3).join(' / ')}`;
}

/** What a container of the image is started with. */
export interface ImageRun {
  /** Options of `podman run`. */
  readonly options?: readonly string[];
  readonly input?: string;
}

/** Podman with a storage of its own. */
export class ImageRunner {
  readonly #storage = mkdtempSync(join(tmpdir(), 'mount-hints-podman-'));

  /** Debian's crun refuses a cgroup tree that is half version 1 and half 2: it gets to see the first half. */
  podman(words: readonly string[], input = ''): SpawnSyncReturns<string> {
    const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec podman "$@"';
    const own = ['--root', join(this.#storage, 'root'), '--runroot', join(this.#storage, 'run')];
    const driver = ['--storage-driver', 'vfs', '--cgroup-manager', 'cgroupfs'];
    return spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', ...own, ...driver, ...words], {
      encoding: 'utf8',
      input,
    });
  }

  /** Runs the image without a network, a writable file or a capability. */
  run(
    image: string,
    words: readonly string[],
    { options = [], input = '' }: ImageRun = {},
  ): SpawnSyncReturns<string> {
    const locked = ['--network', 'none', '--read-only', '--cap-drop', 'all', '--cgroups', 'disabled'];
    // What Podman asks for by itself is more than some containers may have.
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
    return this.podman(
      ['run', '--rm', '--interactive', ...locked, ...limits, ...options, image, ...words],
      input,
    );
  }

  remove(): void {
    // A container's own end still writes there for a moment.
    rmSync(this.#storage, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}
