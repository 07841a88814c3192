import { createDemoCommand } from '../../adapters/cli/demo-command.ts';
import { ProcessTerminal } from '../../adapters/cli/process-terminal.ts';
import { runCommand } from '../../adapters/cli/run-command.ts';
import { createExamplePod } from '../../adapters/memory-fs/example-pod.ts';
import { createMountHints } from '../create-mount-hints.ts';

const RELEASE = '20260615';

/** `mount-hints demo`. */
export function main(args: readonly string[]): Promise<number> {
  const { fs, bundles } = createExamplePod();
  const hints = createMountHints({ release: RELEASE, fs });
  return runCommand(createDemoCommand({ hints, bundles, release: RELEASE }), args, new ProcessTerminal());
}
