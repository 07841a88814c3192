import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, findOnPath, type Unavailable } from '../../e2e/runsc/toolbox.ts';

/** The programs of a control plane, of one version of Kubernetes. */
export interface ControlPlanePrograms {
  readonly version: string;
  /** The directory of etcd, kube-apiserver and kubectl. */
  readonly bin: string;
}

/** The newest Kubernetes that the policies were run against, and the one before it. */
export const VERSIONS = ['1.37.2', '1.36.3'] as const;

const BUILD_LIMIT_MS = 60 * 60_000;

function cache(): string {
  return join(cacheDirectory(), 'kube');
}

/**
 * The programs, built once into the cache; or why there are none. In the short form they are only looked for: to
 * build them takes a quarter of an hour.
 */
export async function findControlPlane(
  version: string,
  root = process.cwd(),
): Promise<ControlPlanePrograms | Unavailable> {
  const script = 'test/cluster/control-plane/build.sh';
  if (process.platform !== 'linux') return { unavailable: `it needs Linux, and this is ${process.platform}` };
  if (!(await findOnPath('openssl'))) return { unavailable: 'openssl is not on PATH, to make certificates' };
  const bin = join(cache(), `bin-v${version}`);
  if (existsSync(join(bin, 'kube-apiserver'))) return { version, bin };
  const how = `${script} ${cache()} ${version}`;
  if (process.env.MOUNT_HINTS_CLUSTER === 'short') {
    return {
      unavailable: `Kubernetes ${version} is not built, and the short form does not build it: ${how}`,
    };
  }
  if (!(await findOnPath('go'))) return { unavailable: `Go is not on PATH, to build Kubernetes ${version}` };
  const built = spawnSync('bash', [join(root, script), cache(), version], {
    encoding: 'utf8',
    timeout: BUILD_LIMIT_MS,
  });
  if (built.status === 0) return { version, bin };
  const reason = built.stderr.trim().split('\n').slice(-2).join(' / ');
  return { unavailable: `Kubernetes ${version} could not be built: ${reason}` };
}
