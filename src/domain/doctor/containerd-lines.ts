import { CRI_V2, CRI_V3 } from './containerd-config.ts';
import { RUNSC_RUNTIME_TYPE } from './gvisor-runtime.ts';

export const POD_ANNOTATIONS_LINE = 'pod_annotations = ["dev.gvisor.*"]';
export const OPTIONS_TYPE_URL = 'io.containerd.runsc.v1.options';

function key(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}

/** The heading of a runtime's table in a file of this version. */
export function runtimeHeading(version: number, name: string, ...below: readonly string[]): string {
  const plugin = version >= 3 ? CRI_V3 : CRI_V2;
  return `[plugins.${['', plugin, ''].join('"')}.containerd.runtimes.${[name, ...below].map(key).join('.')}]`;
}

/** A whole runtime for gVisor. */
export function runtimeLines(version: number, name = 'runsc'): string[] {
  return [
    runtimeHeading(version, name),
    `  runtime_type = "${RUNSC_RUNTIME_TYPE}"`,
    `  ${POD_ANNOTATIONS_LINE}`,
  ];
}
