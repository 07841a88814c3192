import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, findOnPath } from '../../e2e/runsc/toolbox.ts';

/** Programs that check and build manifests, each with the package of Go and the version that it is built from. */
const PROGRAMS = {
  kubeconform: ['github.com/yannh/kubeconform/cmd/kubeconform', 'v0.8.0'],
  kustomize: ['sigs.k8s.io/kustomize/kustomize/v5', 'v5.8.2'],
  helm: ['helm.sh/helm/v4/cmd/helm', 'v4.3.1'],
} as const;

const BUILD_LIMIT_MS = 20 * 60_000;

/** A program, built once into the cache; `undefined`, with a printed reason, where that cannot be. */
export async function findProgram(name: keyof typeof PROGRAMS): Promise<string | undefined> {
  const [source, version] = PROGRAMS[name];
  const cache = join(cacheDirectory(), 'kube');
  const directory = join(cache, 'tools', `${name}-${version}`);
  const program = join(directory, name);
  if (existsSync(program)) return program;
  const skip = (reason: string) => {
    process.stderr.write(`skipped ${name}: ${reason}\n`);
    return undefined;
  };
  if (process.env.MOUNT_HINTS_CLUSTER === 'short')
    return skip('it is not built, and the short form does not build it');
  if (!(await findOnPath('go'))) return skip('Go is not on PATH, to build it');
  mkdirSync(directory, { recursive: true });
  const { status, stderr } = spawnSync(
    'go',
    ['install', '-p', '2', '-ldflags', '-s -w', `${source}@${version}`],
    {
      cwd: directory,
      encoding: 'utf8',
      timeout: BUILD_LIMIT_MS,
      env: {
        ...process.env,
        GOBIN: directory,
        GOMODCACHE: join(cache, 'gomod'),
        GOCACHE: join(cache, 'gobuild'),
        GOFLAGS: '-modcacherw -buildvcs=false',
        CGO_ENABLED: '0',
        GOWORK: 'off',
      },
    },
  );
  return status === 0 ? program : skip(stderr.trim().split('\n').slice(-2).join(' / '));
}
