import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ControlPlanePrograms, findControlPlane } from '../../cluster/support/find-control-plane.ts';
import {
  cacheDirectory,
  findBusybox,
  findOnPath,
  findProbe,
  type Unavailable,
} from '../../e2e/runsc/toolbox.ts';

/** What a node is made of. */
export interface NodePrograms {
  readonly controlPlane: ControlPlanePrograms;
  /** The directory of kubelet, containerd, ctr, the two shims and runsc. */
  readonly bin: string;
  /** Static programs for the image. */
  readonly busybox: string;
  readonly probe: string;
}

const KUBERNETES = '1.37.2';
const BUILD_LIMIT_MS = 60 * 60_000;
/** What a node runs, each built by `programs/build.sh`. */
export const PROGRAMS = [
  'kubelet',
  'containerd',
  'ctr',
  'containerd-shim-runc-v2',
  'containerd-shim-runsc-v1',
  'runsc',
] as const;
/** From util-linux: a node lives in namespaces of its own, and ends with the test. */
const NEEDED = ['setpriv', 'unshare', 'nsenter', 'openssl'];
/** Capabilities by their bit in /proc/self/status. */
const CAPABILITIES = { CAP_SYS_ADMIN: 21n, CAP_SYS_CHROOT: 18n, CAP_MKNOD: 27n, CAP_NET_ADMIN: 12n } as const;

function missingCapability(): string | undefined {
  const effective = /^CapEff:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const bits = BigInt(`0x${effective}`);
  return Object.entries(CAPABILITIES).find(([, bit]) => ((bits >> bit) & 1n) === 0n)?.[0];
}

async function unavailable(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `it needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'kubelet, containerd and their mounts need root';
  const capability = missingCapability();
  if (capability !== undefined) return `this process lacks ${capability}`;
  for (const program of NEEDED) if (!(await findOnPath(program))) return `${program} is not on PATH`;
  if (!existsSync('/sys/fs/cgroup/memory') && !existsSync('/sys/fs/cgroup/cgroup.controllers'))
    return 'there are no cgroups at /sys/fs/cgroup';
  return undefined;
}

/** kubelet and containerd, built once into the cache; or why there are none. The short form only looks for them. */
async function findBuilt(root: string): Promise<string | Unavailable> {
  const cache = join(cacheDirectory(), 'kube');
  const bin = join(cache, 'bin-node');
  if (PROGRAMS.every((program) => existsSync(join(bin, program)))) return bin;
  const script = 'test/node/programs/build.sh';
  if (process.env.MOUNT_HINTS_NODE_SUITE === 'short') {
    return { unavailable: `the node's programs are not built; npm run test:node builds them (${script})` };
  }
  if (!(await findOnPath('go'))) return { unavailable: 'Go is not on PATH, to build kubelet and containerd' };
  const built = spawnSync('bash', [join(root, script), cache], { encoding: 'utf8', timeout: BUILD_LIMIT_MS });
  if (built.status === 0) return bin;
  const reason = built.stderr.trim().split('\n').slice(-2).join(' / ');
  return { unavailable: `kubelet and containerd could not be built: ${reason}` };
}

/** What the suites beside the pods need: the short form, and the form with named pods, leave them out. */
export async function findNodeForAll(scratch: string): Promise<NodePrograms | Unavailable> {
  if (process.env.MOUNT_HINTS_NODE_SUITE === 'short') return { unavailable: 'the short form has pods alone' };
  return findNode(scratch);
}

/** Everything that a node is made of, built if it has to be, or the reason why there can be none here. */
export async function findNode(scratch: string, root = process.cwd()): Promise<NodePrograms | Unavailable> {
  const reason = await unavailable();
  if (reason !== undefined) return { unavailable: reason };
  if (process.env.MOUNT_HINTS_NODE_SUITE === 'short') process.env.MOUNT_HINTS_CLUSTER ??= 'short';
  const bin = await findBuilt(root);
  if (typeof bin !== 'string') return bin;
  const controlPlane = await findControlPlane(KUBERNETES, root);
  if ('unavailable' in controlPlane) return controlPlane;
  const busybox = await findBusybox(cacheDirectory(), scratch);
  if (typeof busybox !== 'string') return busybox;
  const probe = await findProbe(cacheDirectory(), scratch);
  return typeof probe === 'string' ? { controlPlane, bin, busybox, probe } : probe;
}
