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
    [['--dry-run'], 'then to be run: systemctl restart containerd\n'],
    [[], 'then: systemctl restart containerd\n'],
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

test('a changed configuration: no other directory for programs is advised as its cure', async () => {
  const bytes = Buffer.from('#!/bin/sh\n');
  const programs = () => ['mount-hints', 'mount-hints-runtime'].map((name) => ({ name, bytes }));
  const dropIn = '/etc/crio/crio.conf.d/50-gvisor-mount-hints.conf';
  const root = trees.create({ '/usr/local/bin/runsc': '', [dropIn]: { data: '# mine\n' } });
  const terminal = new RecordingTerminal();
  const install = createInstallCommand({ ...installWiring, programs });
  expect(await runCommand(install, ['--root', root, '--engine', 'cri-o'], terminal)).not.toBe(0);
  expect(terminal.stderr).toContain(`MH_INSTALL_FOREIGN_FILE: ${dropIn} is `);
  expect(terminal.stderr).toMatch(/Move it away; only programs can go into another directory\.\n$/);
});

const CONF_D = "version = 3\nimports = ['/etc/containerd/conf.d/*.toml']\n";

test.each([
  ['containerd', { '/etc/containerd/config.toml': CONF_D }, 'then: systemctl restart containerd\n'],
  ['containerd', {}, 'then: systemctl restart containerd\n'],
  ['cri-o', { '/etc/crio/crio.conf': '' }, 'then: systemctl restart crio\n'],
  ['docker', {}, 'then: systemctl reload docker\n'],
  ['podman', {}, ''],
])('what is uninstalled from %s (%j) is read anew: %j', async (engine, files, told) => {
  const bytes = Buffer.from('#!/bin/sh\n');
  const programs = () => ['mount-hints', 'mount-hints-runtime'].map((name) => ({ name, bytes }));
  const root = trees.create({ '/usr/local/bin/runsc': '', ...files });
  const install = createInstallCommand({ ...installWiring, programs });
  await runCommand(install, ['--root', root, '--engine', engine], new RecordingTerminal());
  const terminal = new RecordingTerminal();
  const uninstall = createUninstallCommand(installWiring);
  expect(await runCommand(uninstall, ['--root', root], terminal)).toBe(0);
  expect(terminal.stderr).toBe(told);
});
