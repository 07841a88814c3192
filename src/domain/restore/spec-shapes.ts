import type { GoShape } from './go-shape.ts';

/*
 * The fields of an OCI spec as Go's `specs-go` 1.2.1 has them, with which runsc of 2025 and 2026 is built. What is
 * not here is compared by a rule of its own, or by none.
 */

const strings: GoShape = { list: 'string' };
const optionalNumber: GoShape = { pointer: 'number' };
const optionalBoolean: GoShape = { pointer: 'boolean' };

function fields(shape: Readonly<Record<string, GoShape>>): GoShape {
  return { fields: shape };
}

export const USER = fields({
  uid: 'number',
  gid: 'number',
  umask: optionalNumber,
  additionalGids: { list: 'number' },
  username: 'string',
});

export const RLIMIT = fields({ type: 'string', hard: 'number', soft: 'number' });

export const ID_MAPPING = fields({ containerID: 'number', hostID: 'number', size: 'number' });

export const NAMESPACE = fields({ type: 'string' });

export const DEVICE = fields({ path: 'string', type: 'string' });

/** Of a process, what is left once the rules of its own fields were asked. */
export const REST_OF_PROCESS: Readonly<Record<string, GoShape>> = {
  consoleSize: { pointer: fields({ height: 'number', width: 'number' }) },
  commandLine: 'string',
  noNewPrivileges: 'boolean',
  apparmorProfile: 'string',
  oomScoreAdj: optionalNumber,
  selinuxLabel: 'string',
};

/** Of `linux`, what came with a newer `specs-go`. */
export const NEW_IN_LINUX: Readonly<Record<string, GoShape>> = {
  timeOffsets: { map: fields({ secs: 'number', nanosecs: 'number' }) },
};

/** Of a process, likewise. */
export const NEW_IN_PROCESS: Readonly<Record<string, GoShape>> = {
  scheduler: {
    pointer: fields({
      policy: 'string',
      nice: 'number',
      priority: 'number',
      flags: strings,
      runtime: 'number',
      deadline: 'number',
      period: 'number',
    }),
  },
  ioPriority: { pointer: fields({ class: 'string', priority: 'number' }) },
  execCPUAffinity: { pointer: fields({ initial: 'string', final: 'string' }) },
};

/** Of `linux`, likewise. */
export const REST_OF_LINUX: Readonly<Record<string, GoShape>> = {
  rootfsPropagation: 'string',
  maskedPaths: strings,
  readonlyPaths: strings,
  mountLabel: 'string',
  intelRdt: {
    pointer: fields({
      closID: 'string',
      l3CacheSchema: 'string',
      memBwSchema: 'string',
      enableCMT: 'boolean',
      enableMBM: 'boolean',
    }),
  },
  personality: { pointer: fields({ domain: 'string', flags: strings }) },
};

/** Of the spec: other systems' parts, which runsc compares as a whole. */
export const REST_OF_SPEC: Readonly<Record<string, GoShape>> = {
  solaris: 'any',
  windows: 'any',
  vm: 'any',
  zos: 'any',
};

export const SECCOMP: GoShape = {
  pointer: fields({
    defaultAction: 'string',
    defaultErrnoRet: optionalNumber,
    architectures: strings,
    flags: strings,
    listenerPath: 'string',
    listenerMetadata: 'string',
    syscalls: {
      list: fields({
        names: { list: 'string', keepsEmpty: true },
        action: 'string',
        errnoRet: optionalNumber,
        args: { list: fields({ index: 'number', value: 'number', valueTwo: 'number', op: 'string' }) },
      }),
    },
  }),
};

const blockDevice = { major: 'number', minor: 'number' } as const;
const throttled: GoShape = { list: fields({ ...blockDevice, rate: 'number' }) };

/** The resources but devices, huge pages, RDMA and unified ones. */
export const REST_OF_RESOURCES = fields({
  memory: {
    pointer: fields({
      limit: optionalNumber,
      reservation: optionalNumber,
      swap: optionalNumber,
      kernel: optionalNumber,
      kernelTCP: optionalNumber,
      swappiness: optionalNumber,
      disableOOMKiller: optionalBoolean,
      useHierarchy: optionalBoolean,
      checkBeforeUpdate: optionalBoolean,
    }),
  },
  cpu: {
    pointer: fields({
      shares: optionalNumber,
      quota: optionalNumber,
      burst: optionalNumber,
      period: optionalNumber,
      realtimeRuntime: optionalNumber,
      realtimePeriod: optionalNumber,
      cpus: 'string',
      mems: 'string',
      idle: optionalNumber,
    }),
  },
  pids: { pointer: fields({ limit: 'number' }) },
  blockIO: {
    pointer: fields({
      weight: optionalNumber,
      leafWeight: optionalNumber,
      weightDevice: {
        list: fields({ ...blockDevice, weight: optionalNumber, leafWeight: optionalNumber }),
      },
      throttleReadBpsDevice: throttled,
      throttleWriteBpsDevice: throttled,
      throttleReadIOPSDevice: throttled,
      throttleWriteIOPSDevice: throttled,
    }),
  },
  network: {
    pointer: fields({
      classID: optionalNumber,
      priorities: { list: fields({ name: 'string', priority: 'number' }) },
    }),
  },
});

export const HUGE_PAGES = fields({ pageSize: 'string', limit: 'number' });
export const RDMA = fields({ hcaHandles: optionalNumber, hcaObjects: optionalNumber });
