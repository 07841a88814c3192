import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';
import { createInstallCommand, type InstallWiring } from '../../adapters/cli/commands/install-command.ts';
import { runCommand } from '../../adapters/cli/commands/run-command.ts';
import { ProcessTerminal } from '../../adapters/cli/terminal/process-terminal.ts';
import { RootedNodeTree } from '../../adapters/files/rooted-node-tree.ts';
import { hostFileSystem } from '../../adapters/host-fs/host-file-system.ts';
import { followerOf } from '../../adapters/node-files/follow-in-root.ts';
import { parseConfig, RootedNodeFiles } from '../../adapters/node-files/rooted-node-files.ts';

import { InstallOnNode } from '../../application/install-on-node.ts';
import { MountHintsError } from '../../domain/mount-hints-error.ts';
import { doctorWiring } from './doctor.ts';

/** Put in by the build. */
declare const VERSION: string;

const PROGRAM = 'mount-hints';
const WRAPPER = 'mount-hints-runtime';

function readProgram(name: string, path: string) {
  try {
    return { name, bytes: readFileSync(path) };
  } catch (error) {
    throw new MountHintsError(
      'MH_INSTALL_SOURCE_MISSING',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}). The executable mount-hints and the script mount-hints-runtime belong side by side, as they were delivered.`,
      { path },
      error,
    );
  }
}

/** This program's own path, where it is the executable. */
function ownExecutable(): string {
  if (isSea()) return process.execPath;
  throw new MountHintsError(
    'MH_INSTALL_SOURCE_MISSING',
    'This mount-hints runs under Node.js, which a node may not have. Run the executable, or name it with --executable (docs/install.md); where Node.js is, "npm install -g" and "mount-hints runtime-config" do.',
  );
}

export const installWiring: InstallWiring = {
  version: typeof VERSION === 'string' ? VERSION : 'unreleased',
  installer: (root) =>
    new InstallOnNode({
      tree: new RootedNodeTree(hostFileSystem, followerOf(resolve(root))),
      files: new RootedNodeFiles(resolve(root)),
      parseToml: parseConfig,
      hash: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    }),
  isDirectory: doctorWiring.isDirectory,
  programs(executable = ownExecutable()) {
    return [readProgram(PROGRAM, executable), readProgram(WRAPPER, join(dirname(executable), WRAPPER))];
  },
  async examine(root) {
    return (await doctorWiring.examine(root, {}).examine()).findings;
  },
  run(root, [command = '', ...words]) {
    const line = resolve(root) === '/' ? [command, ...words] : ['chroot', root, command, ...words];
    const [program = '', ...args] = line;
    return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;
  },
};

/** `mount-hints install`. */
export function main(args: readonly string[]): Promise<number> {
  return runCommand(createInstallCommand(installWiring), args, new ProcessTerminal());
}
