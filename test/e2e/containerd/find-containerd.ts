import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../runsc/command.ts';
import { cacheDirectory, findBusybox, findOnPath, type Unavailable } from '../runsc/toolbox.ts';
import type { ContainerdTools } from './containerd.ts';

const CLIENT = join(import.meta.dirname, 'cri-client');
const BUILD_LIMIT_MS = 5 * 60_000;

async function buildClient(cacheDir: string, scratch: string): Promise<string | Unavailable> {
  const binary = join(cacheDir, 'cri-client');
  const built = await stat(binary).catch(() => undefined);
  if (built && built.mtimeMs > (await stat(join(CLIENT, 'main.go'))).mtimeMs) return binary;
  const go = await findOnPath('go');
  if (!go) return { unavailable: 'Go is not there to build test/e2e/containerd/cri-client' };
  const result = await run(go, ['build', '-p', '2', '-o', binary, '.'], scratch, {
    cwd: CLIENT,
    env: { CGO_ENABLED: '0' },
    timeoutMs: BUILD_LIMIT_MS,
  });
  return result.code === 0
    ? binary
    : { unavailable: `go build of the CRI client failed: ${result.stderr.trim()}` };
}

/** containerd with runc, and what drives it, or the reason why it cannot be driven on this machine. */
export async function findContainerd(
  scratch: string,
): Promise<(ContainerdTools & { readonly version: string }) | Unavailable> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { unavailable: 'it needs Linux and root' };
  const cacheDir = cacheDirectory();
  await mkdir(cacheDir, { recursive: true });
  const [containerd, ctr, shim, runc] = await Promise.all(
    ['containerd', 'ctr', 'containerd-shim-runc-v2', 'runc'].map(findOnPath),
  );
  if (!containerd || !ctr || !shim || !runc)
    return { unavailable: 'containerd, ctr, its shim or runc is not on PATH' };
  const { stdout } = await run(containerd, ['--version'], scratch);
  const version = /\b(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? 'unknown';
  const busybox = await findBusybox(cacheDir, scratch);
  if (typeof busybox !== 'string') return busybox;
  const criClient = await buildClient(cacheDir, scratch);
  if (typeof criClient !== 'string') return criClient;
  return { containerd, ctr, busybox, criClient, version };
}
