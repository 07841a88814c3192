import fc from 'fast-check';
import type { OciSpec } from '../../src/index.ts';

type Json = fc.Arbitrary<unknown>;

/** A field that may be absent or null. */
function maybe(value: Json): Json {
  return fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 2, arbitrary: fc.constant(undefined) },
    fc.constant(null),
  );
}

function few(element: Json, maxLength = 3): Json {
  return fc.array(element, { maxLength });
}

function object(fields: Record<string, Json>): Json {
  return fc
    .record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maybe(value)])))
    .map((record) => JSON.parse(JSON.stringify(record)));
}

const number = fc.constantFrom(0, 1, 2, 1000);
const flag = fc.boolean();
const word = fc.constantFrom('', 'a', 'b');
const words = few(word);
const caps = few(fc.constantFrom('CAP_CHOWN', 'CAP_KILL', 'CAP_SYS_ADMIN'));
const mappings = few(
  object({ containerID: fc.constantFrom(0, 1), hostID: fc.constantFrom(0, 1), size: fc.constant(1) }),
  2,
);

const key = fc.constantFrom(
  'dev.gvisor.spec.mount.a.type',
  'dev.gvisor.spec.mount.a.options',
  'dev.gvisor.spec.mount.a.source',
  'dev.gvisor.spec.mount.source',
  'dev.gvisor.spec.mount.a.x.source',
  'dev.gvisor.empty-dir.a.force-shared',
  'dev.gvisor.flag.debug',
  'dev.gvisor.flag.debug-log',
  'dev.gvisor.flag.debug-logs',
  'dev.gvisor.flag.strace',
  'dev.gvisor.flag.host-uds',
  'dev.gvisor.internal.x',
  'dev.gvisor.internal',
  'dev.gvisor.container-name-remap.1',
  'dev.gvisor.',
  'dev.gvisor',
  'io.kubernetes.cri.sandbox-id',
  'plain',
);
const annotations = fc.dictionary(key, word, { maxKeys: 4 });

const program = fc.constantFrom(
  '/bin/sh',
  'sh',
  './sh',
  '/usr/bin/sh',
  '/',
  '',
  '//',
  'sh/',
  '/srv/sh',
  '../sh',
);
const device = object({
  path: fc.constantFrom('/dev/a', '/dev/nvidia0', '/dev/nvidia248', 'nvidia1/'),
  type: fc.constantFrom('c', 'b'),
  major: fc.constantFrom(1, 195),
  minor: fc.constantFrom(0, 1, 248),
});

const process = object({
  terminal: flag,
  consoleSize: object({ height: number, width: number }),
  user: object({ uid: number, gid: number, umask: number, additionalGids: few(number), username: word }),
  args: fc.tuple(program, words).map(([first, rest]) => [first, ...(rest as string[])]),
  commandLine: word,
  env: words,
  cwd: fc.constantFrom('/', '/srv', '/usr/bin/', '/usr/../bin'),
  capabilities: object({
    bounding: caps,
    effective: caps,
    inheritable: caps,
    permitted: caps,
    ambient: caps,
  }),
  rlimits: few(object({ type: word, hard: number, soft: number }), 2),
  noNewPrivileges: flag,
  apparmorProfile: word,
  oomScoreAdj: number,
  scheduler: object({ policy: word, nice: number, flags: words }),
  selinuxLabel: word,
  ioPriority: object({ class: word, priority: number }),
  execCPUAffinity: object({ initial: word }),
  unknown: word,
});

const resources = object({
  devices: few(object({ allow: flag, access: word }), 2),
  memory: object({ limit: number, swappiness: number, disableOOMKiller: flag }),
  cpu: object({ shares: number, quota: number, cpus: word }),
  pids: object({ limit: number }),
  blockIO: object({ weight: number, weightDevice: few(object({ major: number, weight: number }), 2) }),
  hugepageLimits: few(object({ pageSize: word, limit: number }), 2),
  network: object({ classID: number, priorities: few(object({ name: word }), 1) }),
  rdma: fc.dictionary(word, object({ hcaHandles: number }), { maxKeys: 2 }),
  unified: fc.dictionary(word, word, { maxKeys: 2 }),
});

const seccomp = object({
  defaultAction: word,
  defaultErrnoRet: number,
  architectures: words,
  flags: words,
  syscalls: few(
    object({
      names: words,
      action: word,
      errnoRet: number,
      args: few(object({ index: number, value: number }), 1),
    }),
    2,
  ),
});

const linux = object({
  uidMappings: mappings,
  gidMappings: mappings,
  sysctl: fc.dictionary(word, word, { maxKeys: 2 }),
  resources,
  cgroupsPath: word,
  namespaces: few(object({ type: fc.constantFrom('pid', 'mount', 'ipc'), path: word }), 3),
  devices: few(device, 3),
  seccomp,
  rootfsPropagation: word,
  maskedPaths: words,
  readonlyPaths: words,
  mountLabel: word,
  intelRdt: object({ closID: word, enableCMT: flag }),
  personality: object({ domain: word, flags: words }),
  timeOffsets: fc.dictionary(word, object({ secs: number }), { maxKeys: 1 }),
});

const mount = fc.record(
  {
    destination: fc.constantFrom('/a', '/b', '/c', '/dev/shm'),
    type: fc.constantFrom('bind', 'tmpfs', '', null),
    source: fc.constantFrom('/x', '/y', '', null),
    options: fc.oneof(few(fc.constantFrom('rw', 'ro', 'rbind', 'rprivate', 'rw'), 4), fc.constant(null)),
    uidMappings: mappings,
    gidMappings: mappings,
  },
  { requiredKeys: ['destination'] },
);

const PARTS: Record<string, Json> = {
  ociVersion: fc.constantFrom('1.0.2', '1.1.0'),
  process,
  root: object({ path: word, readonly: flag }),
  hostname: word,
  domainname: word,
  mounts: few(mount, 4),
  hooks: object({ prestart: few(object({ path: word }), 1) }),
  annotations,
  linux,
};

/** A container's spec of any shape that runsc can read. */
const anyContainerSpec: fc.Arbitrary<OciSpec> = object(PARTS).map((spec) => spec as OciSpec);

type Tree = Record<string, unknown>;

/** A spec with one part of another one in it, at any of three depths. */
function grafted(spec: Tree, other: Tree, [first, second, third]: readonly number[]): Tree {
  const pick = (tree: Tree, at = 0) =>
    Object.keys(tree)[at % Math.max(Object.keys(tree).length, 1)] ?? 'hostname';
  const isTree = (value: unknown): value is Tree =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const graft = (tree: Tree, from: Tree, at: readonly number[]): Tree => {
    const name = pick({ ...tree, ...from }, at[0]);
    const [inside, source] = [tree[name], from[name]];
    if (at.length > 1 && isTree(inside) && isTree(source))
      return { ...tree, [name]: graft(inside, source, at.slice(1)) };
    const { [name]: _, ...rest } = tree;
    return source === undefined ? rest : { ...tree, [name]: source };
  };
  return graft(spec, other, [first ?? 0, second ?? 0, third ?? 0]);
}

/** What is only in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].reverse().map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, turned(each)]),
  );
}

const at = fc.array(fc.nat(40), { minLength: 3, maxLength: 3 });

/** Two specs of one container, alike but for up to three places, or for the order of their parts. */
export const anyRestorePair: fc.Arbitrary<{ checkpoint: OciSpec; restore: OciSpec }> = fc
  .tuple(anyContainerSpec, anyContainerSpec, fc.array(at, { maxLength: 3 }), fc.boolean())
  .map(([checkpoint, other, places, isTurned]) => {
    const changed = places.reduce((spec, place) => grafted(spec, other, place), checkpoint as Tree);
    return { checkpoint, restore: (isTurned ? turned(changed) : changed) as OciSpec };
  });
