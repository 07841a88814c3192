import { afterAll, expect, test } from '@jest/globals';
import { createInstallCommand } from '../../../src/adapters/cli/commands/install-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { createUninstallCommand } from '../../../src/adapters/cli/commands/uninstall-command.ts';
import { installWiring } from '../../../src/composition/commands/install.ts';
import { NodeTrees } from '../../support/node-tree.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const trees = new NodeTrees();
afterAll(() => trees.remove());

test("an error of another runtime is not called the wrapper's, and what is only planned orders nothing", async () => {
  const bytes = Buffer.from('#!/bin/sh\n');
  const programs = () => ['mount-hints', 'mount-hints-runtime'].map((name) => ({ name, bytes }));
  const runsc = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc]';
  const root = trees.create({
    '/etc/containerd/config.toml': `version = 2\n${runsc}\n  runtime_type = "io.containerd.runsc.v1"\n`,
    '/usr/local/bin/runsc': '#!/bin/sh\n',
    '/var/lib/kubelet': null,
  });
  const terminal = new RecordingTerminal();
  const install = createInstallCommand({ ...installWiring, programs });
  expect(await runCommand(install, ['--root', root, '--engine', 'containerd'], terminal)).toBe(1);
  expect(terminal.stderr).toContain('DOCTOR_POD_ANNOTATIONS: runtime runsc ');
  const uninstall = createUninstallCommand(installWiring);
  for (const [args, next] of [
    [['--dry-run'], 'The engine is then to be restarted.\n'],
    [[], 'Restart the engine whose file was restored.\n'],
  ] as const) {
    const told = new RecordingTerminal();
    expect(await runCommand(uninstall, ['--root', root, ...args], told)).toBe(0);
    expect(told.stderr).toBe(next);
  }
  expect(terminal.stderr).toMatch(/The files are installed, and an error is left .*other runtime/);
});

test.each(['docker', 'podman'])(
  '%s on a machine without Kubernetes: nothing is missing, status 0',
  async (engine) => {
    const bytes = Buffer.from('#!/bin/sh\n');
    const programs = () => ['mount-hints', 'mount-hints-runtime'].map((name) => ({ name, bytes }));
    const root = trees.create({
      '/usr/local/bin/runsc': '#!/bin/sh\n',
      '/etc/containerd/config.toml': 'disabled_plugins = ["cri"]\n',
    });
    const terminal = new RecordingTerminal();
    const install = createInstallCommand({ ...installWiring, programs });
    expect(await runCommand(install, ['--root', root, '--engine', engine], terminal)).toBe(0);
    expect(terminal.stderr).not.toMatch(/^(?:error|warning) /m);
  },
);
