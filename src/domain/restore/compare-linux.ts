import {
  differing,
  type FieldPair,
  fieldOf,
  freeDifferences,
  isEqual,
  restDifferences,
} from './compare-process.ts';
import { type GoShape, goEntries, ownField } from './go-shape.ts';
import type { RestoreDifference, RestoreRule } from './restore-difference.ts';
import type { RestoreRules } from './restore-rules.ts';
import { sameSet } from './same-set.ts';
import {
  DEVICE,
  HUGE_PAGES,
  ID_MAPPING,
  NAMESPACE,
  NEW_IN_LINUX,
  RDMA,
  REST_OF_LINUX,
  REST_OF_RESOURCES,
  SECCOMP,
} from './spec-shapes.ts';

function sameEntries(shape: GoShape, { checkpoint, restore, where }: FieldPair): boolean {
  const was = goEntries(shape, checkpoint, where);
  const now = goEntries(shape, restore, where);
  return was.size === now.size && [...was].every(([key, value]) => now.get(key) === value);
}

const POINTER: GoShape = { pointer: { fields: {} } };

/** Source: gVisor `runsc/specutils/restore.go` (validateResources). */
function hasSameResources(pair: FieldPair): boolean {
  if (!isEqual(POINTER, pair)) return false;
  const pages = fieldOf(pair, 'hugepageLimits');
  return (
    sameSet(HUGE_PAGES, pages.checkpoint, pages.restore, pages.where) &&
    sameEntries(RDMA, fieldOf(pair, 'rdma')) &&
    sameEntries('string', fieldOf(pair, 'unified')) &&
    isEqual({ pointer: REST_OF_RESOURCES }, pair)
  );
}

const NVIDIA_MAJOR = 195;
const LAST_NVIDIA_MINOR = 247;

/** Source: gVisor `runsc/specutils/nvidia.go` (removeNvproxyFrontendDevices), `pkg/abi/nvgpu`. */
function isNvidiaDevice(device: unknown): boolean {
  const path = ownField(device, 'path');
  const minor = /(?:^|\/)nvidia(\d+)\/*$/.exec(typeof path === 'string' ? path : '')?.[1];
  return (
    minor !== undefined &&
    Number(minor) <= LAST_NVIDIA_MINOR &&
    ownField(device, 'major') === NVIDIA_MAJOR &&
    (ownField(device, 'minor') ?? 0) === Number(minor)
  );
}

function otherDevices(value: unknown, { exemptsNvidia }: RestoreRules): unknown {
  return exemptsNvidia && Array.isArray(value) ? value.filter((each) => !isNvidiaDevice(each)) : value;
}

/**
 * What differs in `linux`.
 *
 * Source: gVisor `runsc/specutils/restore.go` (validateSpecForContainer).
 */
export function linuxDifferences(linux: FieldPair, rules: RestoreRules): readonly RestoreDifference[] {
  const field = (name: string) => fieldOf(linux, name);
  const asSet = (rule: RestoreRule, shape: GoShape, name: string, pair = field(name)) =>
    sameSet(shape, pair.checkpoint, pair.restore, pair.where) ? [] : [differing(rule, field(name))];
  const devices = field('devices');
  return [
    ...(sameEntries('string', field('sysctl')) ? [] : [differing('sysctls', field('sysctl'))]),
    ...(isEqual(SECCOMP, field('seccomp')) ? [] : [differing('seccomp', field('seccomp'))]),
    ...asSet('devices', DEVICE, 'devices', {
      ...devices,
      checkpoint: otherDevices(devices.checkpoint, rules),
      restore: otherDevices(devices.restore, rules),
    }),
    ...(hasSameResources(field('resources')) ? [] : [differing('resources', field('resources'), 'warned')]),
    ...asSet('id-mappings', ID_MAPPING, 'uidMappings'),
    ...asSet('id-mappings', ID_MAPPING, 'gidMappings'),
    ...asSet('namespaces', NAMESPACE, 'namespaces'),
    ...restDifferences('linux-field', REST_OF_LINUX, linux),
    ...(rules.comparesNewFields ? restDifferences('linux-field', NEW_IN_LINUX, linux) : []),
    ...freeDifferences(linux, { cgroupsPath: 'string' }),
  ];
}
