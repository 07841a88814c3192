import { afterAll, expect, test } from '@jest/globals';
import { createInstallCommand } from '../../../src/adapters/cli/commands/install-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { installWiring } from '../../../src/composition/commands/install.ts';
import { NodeTrees } from '../../support/node-tree.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';

const trees = new NodeTrees();
afterAll(() => trees.remove());

test("what doctor finds beside the wrapper's own runtime does not say that hints do not work", async () => {
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
  expect(terminal.stderr).toMatch(/The files are installed, and an error is left .*other runtime/);
});
