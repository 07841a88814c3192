import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type KubectlWiring, runKubectlPlugin } from '../adapters/cli/kubectl/kubectl-plugin.ts';
import { ProcessTerminal } from '../adapters/cli/terminal/process-terminal.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';

/** More than the commands take from standard input. */
const MAX_OUTPUT = 256 * 1024 * 1024;

const wiring: KubectlWiring = {
  terminal: new ProcessTerminal(),
  kubectl(args) {
    const kubectl = process.env.KUBECTL || 'kubectl';
    const { error, status, stdout } = spawnSync(kubectl, args, {
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT,
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    if (!error) return { status: status ?? 1, output: stdout };
    throw new MountHintsError(
      'MH_KUBECTL_UNUSABLE',
      `${kubectl} cannot be run: ${error.message}. Put kubectl on PATH, or name it in KUBECTL.`,
      { kubectl },
      error,
    );
  },
  mountHints(args, input) {
    const { status } = spawnSync(process.execPath, [join(__dirname, 'mount-hints.cjs'), ...args], {
      input,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    return status ?? 70;
  },
};

runKubectlPlugin(wiring, process.argv.slice(2)).then((status) => process.exit(status));
