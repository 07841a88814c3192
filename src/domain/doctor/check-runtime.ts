import { tableAt, textOf, textsOf } from './config-value.ts';
import type { GvisorRuntime } from './containerd-config.ts';
import {
  type AdviceFile,
  OPTIONS_TYPE_URL,
  POD_ANNOTATIONS,
  type RuntimeValues,
  runtimeLinesForEach,
} from './containerd-lines.ts';
import { goPathMatch } from './go-path-match.ts';
import { isGvisorRuntime, RUNSC_RUNTIME_TYPE } from './gvisor-runtime.ts';
import { type DoctorCode, finding, type NodeFinding } from './node-finding.ts';

/** Annotations that carry hints, for any volume name; then the others that change how volumes are served. */
const HINT_KEYS = ['type', 'share', 'options'].map((field) => `dev.gvisor.spec.mount.NAME.${field}`);
const OTHER_KEYS = [
  'dev.gvisor.spec.mount.NAME.directfs',
  'dev.gvisor.empty-dir.NAME.force-shared',
  'dev.gvisor.flag.host-uds',
];

/** The pod annotations of `keys` that a list of patterns does not let through. */
function heldBack(patterns: readonly string[], keys: readonly string[]): string[] {
  return keys.filter((key) => !patterns.some((pattern) => goPathMatch(pattern, key)));
}

/** The binary that a runtime's shim is handed by name; `undefined` for none. */
export function binaryOf(table: GvisorRuntime['table']): string | undefined {
  return textOf(tableAt(table, 'options').BinaryName);
}

/** An engine that is handed another binary by name can be handed the wrapper, and then needs no shim of gVisor's. */
function mayBeWrapped(table: GvisorRuntime['table']): boolean {
  const binary = binaryOf(table);
  return binary !== undefined && !isGvisorRuntime('', { runtime_path: binary });
}

/** Something that a runtime needs, and the values that give it. */
interface Need extends RuntimeValues {
  readonly code: DoctorCode;
  readonly message: string;
}

function typeNeeds({ name, table }: GvisorRuntime): Need[] {
  const type = textOf(table.runtime_type);
  if (type === RUNSC_RUNTIME_TYPE || mayBeWrapped(table)) return [];
  const given = type === undefined ? 'no runtime_type' : `runtime_type "${type}"`;
  return [
    {
      code: 'DOCTOR_RUNTIME_TYPE',
      message: `runtime ${name} has ${given}: gVisor's shim, which finds the volumes of a hint, is not used, so hints do nothing.`,
      below: [],
      values: { runtime_type: RUNSC_RUNTIME_TYPE },
    },
  ];
}

function annotationNeeds({ name, table }: GvisorRuntime): Need[] {
  const patterns = textsOf(table.pod_annotations);
  const hints = heldBack(patterns, HINT_KEYS);
  const others = heldBack(patterns, OTHER_KEYS);
  if (hints.length + others.length === 0) return [];
  const given =
    patterns.length === 0 ? 'has no pod_annotations' : `has pod_annotations ${JSON.stringify(patterns)}`;
  const kept = patterns.filter((pattern) => !pattern.startsWith('dev.gvisor'));
  const values = { pod_annotations: [...kept, ...POD_ANNOTATIONS.pod_annotations] };
  if (hints.length === 0) {
    const message = `runtime ${name} passes hints on, but not ${others.join(', ')}.`;
    return [{ code: 'DOCTOR_POD_ANNOTATIONS_PARTIAL', message, below: [], values }];
  }
  const message = `runtime ${name} ${given}: containerd does not pass hints such as ${hints[0]} on to gVisor, and they do nothing.`;
  return [{ code: 'DOCTOR_POD_ANNOTATIONS', message, below: [], values }];
}

function optionsNeeds({ name, table }: GvisorRuntime): Need[] {
  const options = tableAt(table, 'options');
  if (textOf(options.ConfigPath) === undefined || options.TypeUrl === OPTIONS_TYPE_URL) return [];
  return [
    {
      code: 'DOCTOR_SHIM_TYPE_URL',
      message: `runtime ${name} gives its shim a ConfigPath without TypeUrl "${OPTIONS_TYPE_URL}": older shims then refuse every sandbox ("unsupported option type").`,
      below: ['options'],
      values: { TypeUrl: OPTIONS_TYPE_URL },
    },
  ];
}

/** What a runtime of containerd's needs so that hints work. */
export function needsOf(runtime: GvisorRuntime): readonly Need[] {
  return [typeNeeds, annotationNeeds, optionsNeeds].flatMap((needs) => needs(runtime));
}

/**
 * Checks one runtime of containerd's that starts gVisor.
 *
 * @param advice the file that lines for it belong in.
 */
export function checkRuntime(runtime: GvisorRuntime, advice: AdviceFile): NodeFinding[] {
  const needs = needsOf(runtime);
  const lines = runtimeLinesForEach(advice, runtime, needs);
  return needs.map(({ code, message }, index) =>
    finding(code, message, {
      path: runtime.file,
      runtime: runtime.name,
      lines: lines.slice(index, index + 1),
    }),
  );
}
