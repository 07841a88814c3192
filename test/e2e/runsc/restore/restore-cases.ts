import type { OciSpec } from '../../../../src/index.ts';

/** A spec as JSON, to be changed in place. */
export interface Draft {
  [field: string]: unknown;
  annotations: Record<string, string>;
  mounts: { destination: string; type?: string; source?: string; options?: string[] }[];
  process: Record<string, unknown>;
  root: Record<string, unknown>;
  linux: Record<string, unknown> & { namespaces: { type: string; path?: string }[] };
}

/** One restore of the same checkpoint, with one thing changed. */
export interface RestoreCase {
  /** What is changed, in words. */
  readonly id: string;
  /** What runsc did when the case was written: restored, refused by the comparison, or failed later. */
  readonly outcome: 'restored' | 'refused' | 'failed later';
  /** What is changed in the sandbox's spec, and in the container's. */
  sandbox?(spec: Draft): void;
  container?(spec: Draft): void;
  /** Flags of runsc in addition to those of the checkpoint. */
  readonly flags?: readonly string[];
  /** The container is not restored. */
  readonly withoutContainer?: true;
}

const HINT = 'dev.gvisor.spec.mount.data.';

function annotate(key: string, value: string | undefined) {
  return ({ annotations }: Draft): void => {
    if (value === undefined) delete annotations[key];
    else annotations[key] = value;
  };
}

/** The mount of the hinted volume. */
function data({ mounts }: Draft) {
  const mount = mounts.find(({ destination }) => destination === '/data');
  if (mount === undefined) throw new Error('the pod has no /data');
  return mount;
}

export const RESTORE_CASES: readonly RestoreCase[] = [
  { id: 'nothing but ids, bundles and the kubelet directory', outcome: 'restored' },
  // Annotations of the sandbox.
  { id: "another value of the hint's type", outcome: 'refused', sandbox: annotate(`${HINT}type`, 'bind') },
  {
    id: "another value of the hint's options",
    outcome: 'refused',
    sandbox: annotate(`${HINT}options`, 'rprivate,rw'),
  },
  { id: 'a hint without its share', outcome: 'refused', sandbox: annotate(`${HINT}share`, undefined) },
  { id: 'an unknown field of the hint', outcome: 'refused', sandbox: annotate(`${HINT}colour`, 'red') },
  {
    id: 'force-shared added',
    outcome: 'refused',
    sandbox: annotate('dev.gvisor.empty-dir.data.force-shared', 'false'),
  },
  { id: 'host-uds added', outcome: 'refused', sandbox: annotate('dev.gvisor.flag.host-uds', 'open') },
  {
    id: 'cgroup-parent added',
    outcome: 'refused',
    sandbox: annotate('dev.gvisor.spec.cgroup-parent', '/pod'),
  },
  {
    id: 'an internal annotation added',
    outcome: 'restored',
    sandbox: annotate('dev.gvisor.internal.colour', 'red'),
  },
  { id: 'the flag debug added', outcome: 'restored', sandbox: annotate('dev.gvisor.flag.debug', 'true') },
  { id: 'the flag strace added', outcome: 'restored', sandbox: annotate('dev.gvisor.flag.strace', 'true') },
  { id: 'another annotation added', outcome: 'restored', sandbox: annotate('example.com/colour', 'red') },
  {
    id: 'an annotation of gVisor added to the container',
    outcome: 'refused',
    container: annotate(`${HINT}type`, 'tmpfs'),
  },
  {
    id: "a source in the container's annotations",
    outcome: 'restored',
    container: annotate(`${HINT}source`, '/x'),
  },
  // Names.
  {
    id: 'another name of the container',
    outcome: 'refused',
    container: annotate('io.kubernetes.cri.container-name', 'other'),
  },
  {
    id: 'another name of the container, mapped to the one before',
    outcome: 'restored',
    container({ annotations }) {
      annotations['io.kubernetes.cri.container-name'] = 'other';
      annotations['dev.gvisor.container-name-remap.1'] = 'other=c1';
    },
  },
  { id: 'the container is not restored', outcome: 'failed later', withoutContainer: true },
  // Mounts of the container.
  {
    id: 'options of a mount in another order',
    outcome: 'restored',
    container: (spec) => void data(spec).options?.reverse(),
  },
  {
    id: 'an option of a mount twice',
    outcome: 'refused',
    container: (spec) => void data(spec).options?.push('rw'),
  },
  {
    id: 'another option of a mount',
    outcome: 'refused',
    container: (spec) => void data(spec).options?.push('noexec'),
  },
  {
    id: 'another type of a mount',
    outcome: 'refused',
    container: (spec) => {
      data(spec).type = 'tmpfs';
    },
  },
  {
    id: 'a mount at another destination',
    outcome: 'refused',
    container: (spec) => {
      data(spec).destination = '/other';
    },
  },
  {
    id: 'a destination of a hinted mount with an end slash',
    outcome: 'refused',
    container: (spec) => {
      data(spec).destination = '/data/';
    },
  },
  {
    id: 'a destination of another mount with an end slash, which the gofer cleans',
    outcome: 'restored',
    container: ({ mounts }) => {
      for (const mount of mounts) if (mount.destination === '/plain') mount.destination = '/plain/';
    },
  },
  {
    id: 'another source of a mount',
    outcome: 'restored',
    container: ({ mounts }) => {
      for (const mount of mounts) if (mount.destination === '/plain') mount.source = `${mount.source}/..`;
    },
  },
  {
    id: 'a mount added',
    outcome: 'refused',
    container: ({ mounts }) => void mounts.push({ destination: '/more', type: 'tmpfs' }),
  },
  {
    id: 'a mount gone',
    outcome: 'refused',
    container(spec) {
      spec.mounts = spec.mounts.filter(({ destination }) => destination !== '/scratch');
    },
  },
  { id: 'mounts in another order', outcome: 'restored', container: ({ mounts }) => void mounts.reverse() },
  {
    id: 'a private tmpfs twice, alike',
    outcome: 'restored',
    container: ({ mounts }) =>
      void mounts.push(...mounts.filter(({ destination }) => destination === '/scratch')),
  },
  {
    id: 'a private tmpfs twice, with another source',
    outcome: 'refused',
    container: ({ mounts }) => void mounts.push({ destination: '/scratch', type: 'tmpfs', source: 'other' }),
  },
  {
    id: "the hinted mount's source, without its hint's",
    outcome: 'failed later',
    container: (spec) => {
      data(spec).source = `${data(spec).source}/..`;
    },
  },
  { id: "the hint's source gone", outcome: 'failed later', sandbox: annotate(`${HINT}source`, undefined) },
  // The process.
  {
    id: 'other arguments',
    outcome: 'refused',
    container: ({ process }) => {
      process.args = ['/bin/sleep', '99'];
    },
  },
  {
    id: 'the program at another path',
    outcome: 'restored',
    container: ({ process }) => {
      process.args = ['/x/sleep', '240'];
    },
  },
  {
    id: 'another environment',
    outcome: 'restored',
    container: ({ process }) => {
      process.env = ['A=1'];
    },
  },
  {
    id: 'another working directory',
    outcome: 'refused',
    container: ({ process }) => {
      process.cwd = '/bin';
    },
  },
  {
    id: 'another user',
    outcome: 'refused',
    container: ({ process }) => {
      process.user = { uid: 1, gid: 0 };
    },
  },
  {
    id: 'noNewPrivileges',
    outcome: 'refused',
    container: ({ process }) => {
      process.noNewPrivileges = true;
    },
  },
  {
    id: 'a limit added',
    outcome: 'refused',
    container: ({ process }) => {
      process.rlimits = [{ type: 'RLIMIT_NOFILE', hard: 9, soft: 9 }];
    },
  },
  {
    id: 'capabilities in another order',
    outcome: 'restored',
    container: ({ process }) =>
      Object.values(process.capabilities as Record<string, string[]>).forEach((list) => void list.reverse()),
  },
  {
    id: 'a capability less',
    outcome: 'refused',
    container: ({ process }) => void (process.capabilities as Record<string, string[]>).bounding?.pop(),
  },
  // The rest.
  {
    id: 'a read-only root',
    outcome: 'refused',
    container: ({ root }) => {
      root.readonly = true;
    },
  },
  {
    id: 'another OCI version',
    outcome: 'refused',
    container: (spec) => {
      spec.ociVersion = '1.1.0';
    },
  },
  {
    id: 'another host name',
    outcome: 'restored',
    sandbox: (spec) => {
      spec.hostname = 'other';
    },
  },
  {
    id: 'resources added',
    outcome: 'restored',
    container: ({ linux }) => {
      linux.resources = { pids: { limit: 99 } };
    },
  },
  {
    id: 'masked paths added',
    outcome: 'refused',
    container: ({ linux }) => {
      linux.maskedPaths = ['/proc/kcore'];
    },
  },
  {
    id: "an empty list of masked paths in the container's spec",
    outcome: 'restored',
    container: ({ linux }) => {
      linux.maskedPaths = [];
    },
  },
  {
    id: "an empty list of masked paths in the sandbox's spec",
    outcome: 'refused',
    sandbox: ({ linux }) => {
      linux.maskedPaths = [];
    },
  },
  { id: 'a namespace less', outcome: 'refused', container: ({ linux }) => void linux.namespaces.pop() },
  {
    id: 'namespaces in another order',
    outcome: 'restored',
    container: ({ linux }) => void linux.namespaces.reverse(),
  },
  {
    id: 'a sysctl added',
    outcome: 'refused',
    container: ({ linux }) => {
      linux.sysctl = { 'net.ipv4.ip_forward': '1' };
    },
  },
  // Flags.
  {
    id: 'a difference under warning',
    outcome: 'restored',
    flags: ['--restore-spec-validation=warning'],
    sandbox: annotate(`${HINT}colour`, 'red'),
  },
  {
    id: 'a difference under ignore',
    outcome: 'restored',
    flags: ['--restore-spec-validation=ignore'],
    sandbox: annotate(`${HINT}colour`, 'red'),
  },
  { id: 'exclusive file access to mounts', outcome: 'restored', flags: ['--file-access-mounts=exclusive'] },
  { id: 'another overlay', outcome: 'failed later', flags: ['--overlay2=none'] },
  { id: 'no directfs', outcome: 'refused', flags: ['--directfs=false'] },
];

/** A case's change to a spec, as a new spec. */
export function changed(spec: OciSpec, change: ((draft: Draft) => void) | undefined): OciSpec {
  const draft = structuredClone(spec) as unknown as Draft;
  change?.(draft);
  return draft as unknown as OciSpec;
}
