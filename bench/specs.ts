import type { Annotations } from '../src/domain/spec/identity.ts';
import type { OciMount } from '../src/domain/spec/oci-spec.ts';
import type { OciSpec } from '../src/index.ts';
import { ALLOWED_CALLS } from './allowed-calls.ts';

/** The part in its pod that a spec is made for. */
export type Part = 'sandbox' | 'container';

/** What a spec is made of. */
export interface SpecPlan {
  readonly part: Part;
  readonly mounts: number;
  readonly hinted: number;
  /** The length of the compact text, in bytes, as near as the fill gets; without it the spec is as small as it can be. */
  readonly bytes?: number;
  readonly kubeletDir?: string;
  readonly podUid?: string;
}

/** A spec, its compact text as containerd writes it, and where its volumes are on the host. */
export interface BenchSpec {
  readonly name: string;
  readonly part: Part;
  readonly spec: OciSpec;
  readonly text: string;
  /** By volume name. */
  readonly directories: ReadonlyMap<string, string>;
}

const POD_UID = '0b6f2c1e-6f6b-4f0e-9d2c-6a1f0b8f7f35';
const SANDBOX_ID = '5f0c9d3ab7d54f6b8d8c52be2f8b6f1f6a4c1f0f9a7b3c2d1e0f9a8b7c6d5e4f';
const NAMES = ['workspace', 'scratch', 'model-cache', 'sockets', 'build-output', 'downloads', 'logs', 'tmp'];
const PLUGINS = [
  'kubernetes.io~empty-dir',
  'kubernetes.io~empty-dir',
  'kubernetes.io~empty-dir',
  'kubernetes.io~empty-dir',
  'kubernetes.io~local-volume',
];

function volumeName(index: number): string {
  const name = NAMES[index % NAMES.length] ?? '';
  return index < NAMES.length ? name : `${name}-${Math.floor(index / NAMES.length)}`;
}

function systemMounts(): OciMount[] {
  const pod = `/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${SANDBOX_ID}`;
  const state = `/run/containerd/io.containerd.grpc.v1.cri/sandboxes/${SANDBOX_ID}`;
  const file = ['rbind', 'rprivate', 'rw'];
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    {
      destination: '/dev/mqueue',
      type: 'mqueue',
      source: 'mqueue',
      options: ['nosuid', 'noexec', 'nodev'],
    },
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
    { destination: '/etc/hosts', type: 'bind', source: `${pod}/hosts`, options: file },
    { destination: '/etc/resolv.conf', type: 'bind', source: `${pod}/resolv.conf`, options: file },
    { destination: '/dev/shm', type: 'bind', source: `${state}/shm`, options: file },
  ];
}

function allMounts(plan: SpecPlan, directories: ReadonlyMap<string, string>, root: string): OciMount[] {
  const mounts = systemMounts();
  const sources = [...directories];
  for (let round = 0; mounts.length < plan.mounts; round++) {
    const isHinted = round < 2 && sources.length > 0;
    const wanted = isHinted
      ? sources
      : [[`settings-${round}`, `${root}/kubernetes.io~configmap/settings-${round}`]];
    for (const [name, source] of wanted) {
      if (mounts.length === plan.mounts) break;
      mounts.push({
        destination: round === 0 ? `/mnt/${name}` : `/srv/${round}/${name}`,
        type: 'bind',
        source: source ?? '',
        options: ['rbind', 'rprivate', 'rw'],
      });
    }
  }
  return mounts;
}

function allAnnotations(plan: SpecPlan, names: Iterable<string>): Annotations {
  const annotations: Record<string, string> = {};
  let isMemory = false;
  for (const name of names) {
    annotations[`dev.gvisor.spec.mount.${name}.options`] = 'rw,rprivate';
    annotations[`dev.gvisor.spec.mount.${name}.share`] = 'pod';
    annotations[`dev.gvisor.spec.mount.${name}.type`] = isMemory ? 'tmpfs' : 'bind';
    isMemory = !isMemory;
  }
  const podUid = plan.podUid ?? POD_UID;
  const own =
    plan.part === 'sandbox'
      ? { 'io.kubernetes.cri.sandbox-log-directory': `/var/log/pods/team-a_agent-7c9d5_${podUid}` }
      : {
          'io.kubernetes.cri.container-name': 'agent',
          'io.kubernetes.cri.image-name': 'registry.example/team-a/agent:1.42.0',
        };
  const all = {
    ...annotations,
    ...own,
    'io.kubernetes.cri.container-type': plan.part,
    'io.kubernetes.cri.sandbox-id': SANDBOX_ID,
    'io.kubernetes.cri.sandbox-name': 'agent-7c9d5',
    'io.kubernetes.cri.sandbox-namespace': 'team-a',
    'io.kubernetes.cri.sandbox-uid': podUid,
  };
  // Go writes the keys of a map in ascending order.
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The variables that Kubernetes puts into every container for the services of its namespace. */
function serviceVariables(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const service = `TEAM_A_SERVICE_${Math.floor(index / 2)}`;
    return index % 2 === 0
      ? `${service}_SERVICE_HOST=10.96.${index % 250}.17`
      : `${service}_PORT=tcp://10.96.${index % 250}.17:8443`;
  });
}

function capabilities(): object {
  const list = [
    'CAP_CHOWN',
    'CAP_DAC_OVERRIDE',
    'CAP_FOWNER',
    'CAP_NET_BIND_SERVICE',
    'CAP_SETGID',
    'CAP_SETUID',
  ];
  return { bounding: list, effective: list, permitted: list };
}

function build(
  plan: SpecPlan,
  directories: ReadonlyMap<string, string>,
  root: string,
  calls: number,
  variables: number,
): OciSpec {
  return {
    ociVersion: '1.1.0',
    process: {
      user: { uid: 1000, gid: 1000, additionalGids: [1000] },
      args: ['/usr/local/bin/agent', '--listen', '0.0.0.0:8080'],
      env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        ...serviceVariables(variables),
      ],
      cwd: '/',
      capabilities: capabilities(),
      noNewPrivileges: true,
      oomScoreAdj: 999,
    },
    root: { path: 'rootfs' },
    mounts: allMounts(plan, directories, root),
    annotations: allAnnotations(plan, directories.keys()),
    linux: {
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        memory: { limit: 536_870_912 },
        cpu: { shares: 512 },
      },
      cgroupsPath: `kubepods-burstable-pod${(plan.podUid ?? POD_UID).replaceAll('-', '_')}.slice:cri-containerd:${SANDBOX_ID}`,
      namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }, { type: 'network' }],
      seccomp: {
        defaultAction: 'SCMP_ACT_ERRNO',
        architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
        syscalls: [{ names: ALLOWED_CALLS.slice(0, calls), action: 'SCMP_ACT_ALLOW' }],
      },
      maskedPaths: ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

/** The largest count up to `limit` whose text is no longer than `bytes`. */
function fitting(bytes: number, limit: number, lengthOf: (count: number) => number): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lengthOf(middle) <= bytes) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A realistic spec of the size asked for: the seccomp list is cut, or service variables are added, until it fits. */
export function makeSpec(name: string, plan: SpecPlan): BenchSpec {
  const root = `${plan.kubeletDir ?? '/var/lib/kubelet'}/pods/${plan.podUid ?? POD_UID}/volumes`;
  const directories = new Map<string, string>();
  for (let index = 0; index < plan.hinted; index++) {
    const volume = volumeName(index);
    directories.set(volume, `${root}/${PLUGINS[index % PLUGINS.length]}/${volume}`);
  }
  const textOf = (calls: number, variables: number) =>
    JSON.stringify(build(plan, directories, root, calls, variables));
  const bytes = plan.bytes ?? 0;
  const calls = fitting(bytes, ALLOWED_CALLS.length, (count) => textOf(count, 0).length);
  const variables = fitting(bytes, 4096, (count) => textOf(calls, count).length);
  const text = textOf(calls, variables);
  return { name, part: plan.part, spec: JSON.parse(text), text, directories };
}

const SMALL = { mounts: 13, hinted: 5, bytes: 12 * 1024 };
const LARGE = { mounts: 300, hinted: 100, bytes: 200 * 1024 };

/** The four specs that most figures are measured on. */
export function standardSpecs(kubeletDir?: string): readonly BenchSpec[] {
  const where = kubeletDir === undefined ? {} : { kubeletDir };
  return [
    makeSpec('sandbox, 12 KB', { part: 'sandbox', ...SMALL, ...where }),
    makeSpec('container, 12 KB', { part: 'container', ...SMALL, ...where }),
    makeSpec('sandbox, 200 KB', { part: 'sandbox', ...LARGE, ...where }),
    makeSpec('container, 200 KB', { part: 'container', ...LARGE, ...where }),
  ];
}
