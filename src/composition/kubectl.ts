import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type KubectlWiring, runKubectlPlugin } from '../adapters/cli/kubectl/kubectl-plugin.ts';
import { ProcessTerminal } from '../adapters/cli/terminal/process-terminal.ts';
import { MountHintsError } from '../domain/mount-hints-error.ts';

/** The most that `annotate`, which needs the objects whole, takes from kubectl. */
const MAX_OUTPUT = 256 * 1024 * 1024;

function kubectlProgram(): string {
  return process.env.KUBECTL || 'kubectl';
}

function unusable(error: Error): MountHintsError {
  return new MountHintsError(
    'MH_KUBECTL_UNUSABLE',
    `${kubectlProgram()} cannot be run: ${error.message}. Put kubectl on PATH, or name it in KUBECTL.`,
    { kubectl: kubectlProgram() },
    error,
  );
}

/** The wiring that starts this package's commands as `words`, a program and its first arguments. */
function kubectlWiring([program, ...first]: readonly [string, ...string[]]): KubectlWiring {
  const startMountHints = (args: readonly string[]): ChildProcess =>
    spawn(program, [...first, ...args], { stdio: ['pipe', 'inherit', 'inherit'] });
  return {
    terminal: new ProcessTerminal(),
    kubectl(args) {
      const { error, status, stdout } = spawnSync(kubectlProgram(), args, {
        encoding: 'utf8',
        maxBuffer: MAX_OUTPUT,
        stdio: ['inherit', 'pipe', 'inherit'],
      });
      if (error) throw unusable(error);
      return { status: status ?? 1, output: stdout };
    },
    async handOver(args, command) {
      const kubectl = spawn(kubectlProgram(), args, { stdio: ['inherit', 'pipe', 'inherit'] });
      const closed = once(kubectl, 'close').catch((error) => Promise.reject(unusable(error)));
      // The command starts with the first bytes, so that it has nothing to say where kubectl failed.
      const first = await Promise.race([once(kubectl.stdout, 'readable'), closed]);
      if (kubectl.stdout.readableLength === 0 && kubectl.exitCode !== 0 && first.length === 2) {
        return { kubectl: kubectl.exitCode ?? 1, command: undefined };
      }
      const reader = startMountHints(command);
      const ended = once(reader, 'close');
      let isRefused = false;
      // A command that refuses its input ends before kubectl, which then cannot write.
      reader.stdin?.on('error', () => {
        isRefused = true;
        kubectl.stdout.destroy();
      });
      if (reader.stdin) kubectl.stdout.pipe(reader.stdin);
      const [status] = await ended;
      const [exit] = await closed;
      return { kubectl: isRefused ? 0 : (exit ?? 0), command: status ?? 70 };
    },
  };
}

/**
 * `kubectl mount-hints`; the result is its exit status.
 *
 * @param mountHints how this package's commands are started: a program and its first arguments.
 */
export function main(args: readonly string[], mountHints: readonly [string, ...string[]]): Promise<number> {
  return runKubectlPlugin(kubectlWiring(mountHints), args);
}
