import { tableAt, textOf, textsOf } from './config-value.ts';
import type { GvisorRuntime } from './containerd-config.ts';
import { OPTIONS_TYPE_URL, POD_ANNOTATIONS_LINE, runtimeHeading } from './containerd-lines.ts';
import { goPathMatch } from './go-path-match.ts';
import { isGvisorRuntime, RUNSC_RUNTIME_TYPE } from './gvisor-runtime.ts';
import { finding, type NodeFinding } from './node-finding.ts';

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

/** An engine that is handed another binary by name can be handed the wrapper, and then needs no shim of gVisor's. */
function mayBeWrapped(table: GvisorRuntime['table']): boolean {
  const binary = textOf(tableAt(table, 'options').BinaryName);
  return binary !== undefined && !isGvisorRuntime('', { runtime_path: binary });
}

function typeFindings({ name, file, table }: GvisorRuntime, advice: string, version: number): NodeFinding[] {
  const type = textOf(table.runtime_type);
  if (type === RUNSC_RUNTIME_TYPE || mayBeWrapped(table)) return [];
  return [
    finding(
      'DOCTOR_RUNTIME_TYPE',
      `runtime ${name} has runtime_type ${type === undefined ? 'not set' : `"${type}"`}: gVisor's shim, which finds the volumes of a hint, is not used, so that hints do nothing.`,
      {
        path: file,
        runtime: name,
        lines: {
          file: advice,
          text: [runtimeHeading(version, name), `  runtime_type = "${RUNSC_RUNTIME_TYPE}"`],
        },
      },
    ),
  ];
}

function annotationFindings(
  { name, file, table }: GvisorRuntime,
  advice: string,
  version: number,
): NodeFinding[] {
  const patterns = textsOf(table.pod_annotations);
  const hints = heldBack(patterns, HINT_KEYS);
  const others = heldBack(patterns, OTHER_KEYS);
  const place = {
    path: file,
    runtime: name,
    lines: { file: advice, text: [runtimeHeading(version, name), `  ${POD_ANNOTATIONS_LINE}`] },
  };
  if (hints.length > 0) {
    const given =
      patterns.length === 0 ? 'has no pod_annotations' : `has pod_annotations ${JSON.stringify(patterns)}`;
    return [
      finding(
        'DOCTOR_POD_ANNOTATIONS',
        `runtime ${name} ${given}: containerd does not pass hints such as ${hints[0]} on to gVisor, and they do nothing.`,
        place,
      ),
    ];
  }
  if (others.length === 0) return [];
  return [
    finding(
      'DOCTOR_POD_ANNOTATIONS_PARTIAL',
      `runtime ${name} passes hints on, but not ${others.join(', ')}.`,
      place,
    ),
  ];
}

function optionsFindings(
  { name, file, table }: GvisorRuntime,
  advice: string,
  version: number,
): NodeFinding[] {
  const options = tableAt(table, 'options');
  if (textOf(options.ConfigPath) === undefined || options.TypeUrl === OPTIONS_TYPE_URL) return [];
  return [
    finding(
      'DOCTOR_SHIM_TYPE_URL',
      `runtime ${name} gives its shim a ConfigPath without TypeUrl "${OPTIONS_TYPE_URL}": older shims refuse every sandbox then ("unsupported option type").`,
      {
        path: file,
        runtime: name,
        lines: {
          file: advice,
          text: [runtimeHeading(version, name, 'options'), `  TypeUrl = "${OPTIONS_TYPE_URL}"`],
        },
      },
    ),
  ];
}

/**
 * Checks one runtime of containerd's that starts gVisor.
 *
 * @param advice the file that lines for it belong in.
 * @param version the version of containerd's configuration.
 */
export function checkRuntime(runtime: GvisorRuntime, advice: string, version: number): NodeFinding[] {
  return [typeFindings, annotationFindings, optionsFindings].flatMap((check) =>
    check(runtime, advice, version),
  );
}
