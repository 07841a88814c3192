import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../e2e/runsc/command.ts';
import { cacheDirectory, findOnPath, type Unavailable } from '../../e2e/runsc/toolbox.ts';

const SOURCE = join(import.meta.dirname, '../kubernetes-reader');
const BUILD_LIMIT_MS = 5 * 60_000;

async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** kubectl's reader of manifests, built once into the cache, or why it cannot be built here. */
export async function findKubernetesReader(): Promise<string | Unavailable> {
  const cacheDir = cacheDirectory();
  await mkdir(cacheDir, { recursive: true });
  const binary = join(cacheDir, 'kubernetes-reader');
  const sources = await Promise.all(
    ['main.go', 'go.mod', 'go.sum'].map((name) => changedAt(join(SOURCE, name))),
  );
  if ((await changedAt(binary)) > Math.max(...sources)) return binary;
  const go = await findOnPath('go');
  if (!go) return { unavailable: 'Go is not there to build test/faults/kubernetes-reader' };
  const built = await run(go, ['build', '-p', '2', '-o', binary, '.'], tmpdir(), {
    cwd: SOURCE,
    env: { CGO_ENABLED: '0' },
    timeoutMs: BUILD_LIMIT_MS,
  });
  if (built.code === 0) return binary;
  return { unavailable: `go build of test/faults/kubernetes-reader failed: ${built.stderr.trim()}` };
}
