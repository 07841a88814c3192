import { type ConfigTable, tableAt, textOf } from './config-value.ts';

/** What containerd starts gVisor's own shim by; its binary is `containerd-shim-runsc-v1`. */
export const RUNSC_RUNTIME_TYPE = 'io.containerd.runsc.v1';
export const RUNSC_SHIM = 'containerd-shim-runsc-v1';

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isRunsc(path: string | undefined): boolean {
  return path !== undefined && /^(?:runsc|containerd-shim-runsc-v\d+)(?:$|[-.])/.test(fileName(path));
}

/** Whether a runtime of containerd's, or a runtime handler of CRI-O's, is meant to start gVisor. */
export function isGvisorRuntime(name: string, runtime: ConfigTable): boolean {
  return (
    /(?:^|[-_.])(?:runsc|gvisor)(?:$|[-_.])/i.test(name) ||
    (textOf(runtime.runtime_type) ?? '').startsWith('io.containerd.runsc.') ||
    isRunsc(textOf(runtime.runtime_path)) ||
    isRunsc(textOf(tableAt(runtime, 'options').BinaryName))
  );
}
