import { guardArguments } from '../arguments/guard-arguments.ts';
import { oneLine } from '../text/escape-controls.ts';

/** What runsc does about a difference: fail the restore, write a warning to its log, or nothing. */
export type RestoreOutcome = 'refused' | 'warned' | 'ignored';

/** The rule by which a difference counts. */
export type RestoreRule =
  | 'oci-version'
  | 'root-readonly'
  | 'mount-missing'
  | 'mount-added'
  | 'mount-twice'
  | 'mount-type'
  | 'mount-options'
  | 'mount-id-mappings'
  | 'mount-source'
  | 'mount-order'
  | 'annotation'
  | 'annotation-exempt'
  | 'terminal'
  | 'working-directory'
  | 'user'
  | 'rlimits'
  | 'arguments'
  | 'program-path'
  | 'capabilities'
  | 'sysctls'
  | 'seccomp'
  | 'devices'
  | 'id-mappings'
  | 'namespaces'
  | 'resources'
  | 'process-field'
  | 'linux-field'
  | 'spec-field'
  | 'free-field';

/**
 * One difference between the spec that was checkpointed and the one to restore.
 *
 * Open: a later release may add rules, so a `switch` over them needs a `default`.
 */
export interface RestoreDifference {
  readonly outcome: RestoreOutcome;
  readonly rule: RestoreRule;
  /** The place in the spec, such as `annotations["dev.gvisor.spec.mount.a.type"]` or `mounts["/data"].type`. */
  readonly where: string;
  /** What the checkpoint's spec has there; absent where it has nothing. */
  readonly checkpoint?: unknown;
  /** What the spec to restore has there; absent likewise. */
  readonly restore?: unknown;
}

const WHY: Readonly<Record<RestoreRule, string>> = {
  'oci-version': 'the OCI version must be the same',
  'root-readonly': 'the root file system must be as writable as it was',
  'mount-missing': 'each mount of the checkpoint must be there',
  'mount-added': 'no mount may be added',
  'mount-twice': 'two mounts on one destination must be the same in everything',
  'mount-type': 'a mount must keep its type',
  'mount-options': 'a mount must keep its options, in any order',
  'mount-id-mappings': 'a mount must keep its ID mappings, none of which may stand twice',
  'mount-source': 'a mount may have another source',
  'mount-order': 'mounts may stand in another order',
  annotation: "gVisor's annotations must be the same, byte for byte",
  'annotation-exempt': 'this annotation may differ',
  terminal: 'a terminal must stay one',
  'working-directory': 'the working directory must be the same',
  user: 'the user must be the same',
  rlimits: 'the limits must be the same, and none may stand twice',
  arguments: 'the arguments must be the same',
  'program-path': 'the program may be at another path',
  capabilities: 'the capabilities must be the same, and none may stand twice',
  sysctls: 'the sysctls must be the same',
  seccomp: 'the seccomp filter must be the same',
  devices: 'the devices must be the same by path and type, and none may stand twice',
  'id-mappings': 'the ID mappings must be the same, and none may stand twice',
  namespaces: 'the types of the namespaces must be the same, and none may stand twice',
  resources: 'other resources are taken, with a warning in the log',
  'process-field': 'this field of the process must be the same',
  'linux-field': 'this field must be the same',
  'spec-field': 'this part of the spec must be the same',
  'free-field': 'this may differ',
};

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? '?';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** One line of plain words about a difference, safe to show on a terminal. */
export function describeRestoreDifference(difference: RestoreDifference): string {
  return guardArguments('describeRestoreDifference', () => {
    const { where, rule, checkpoint, restore } = difference;
    return oneLine(`${where}: ${shown(checkpoint)} in the checkpoint, ${shown(restore)} now; ${WHY[rule]}`);
  });
}
