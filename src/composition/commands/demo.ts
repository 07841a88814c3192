import { createDemoCommand } from '../../adapters/cli/commands/demo-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { createExamplePod } from '../../adapters/memory-fs/example-pod.ts';
import { createMountHints } from '../create-mount-hints.ts';

const RELEASE = '20260615';

/** `mount-hints demo`. */
export function main(args: readonly string[]): Promise<number> {
  const { fs, bundles } = createExamplePod();
  const hints = createMountHints({ release: RELEASE, fs });
  return runCommand(createDemoCommand({ hints, bundles, release: RELEASE }), args, new ProcessTerminal());
}
