import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createDoctorCommand } from '../../../src/adapters/cli/commands/doctor-command.ts';
import { runCommand } from '../../../src/adapters/cli/commands/run-command.ts';
import { doctorWiring } from '../../../src/composition/commands/doctor.ts';
import { unreadable } from '../../../src/domain/doctor/config-reading.ts';
import { NodeTrees } from '../../support/node-tree.ts';
import { RecordingTerminal } from '../../support/recording-terminal.ts';
import { snapshot } from '../../support/workplace.ts';

const RUNTIME = `version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc]
runtime_type = "io.containerd.runsc.v1"
`;
const SOUND = {
  '/usr/bin/runsc': '',
  '/usr/bin/containerd-shim-runsc-v1': '',
  '/var/lib/kubelet': null,
  '/etc/containerd/config.toml': `${RUNTIME}pod_annotations = ["dev.gvisor.*"]\n`,
};

async function run(args: readonly string[], colour = false, columns = 80) {
  const terminal = Object.assign(new RecordingTerminal(), { colour, columns });
  const status = await runCommand(createDoctorCommand(doctorWiring), args, terminal);
  return { out: terminal.stdout, error: terminal.stderr, status };
}

describe('mount-hints doctor', () => {
  const trees = new NodeTrees();
  afterAll(() => trees.remove());

  test('a sound node: status 0, and another root runs no program of its own', async () => {
    const { status, out } = await run(['--root', trees.create(SOUND)]);
    expect(status).toBe(0);
    expect(out).toContain('DOCTOR_RUNSC_NOT_RUN');
    expect(out).toContain('Nothing here keeps hints from working.');
  });

  test('a root that somebody else wrote: its programs are not run, and nothing in it is written', async () => {
    const ran = join(trees.create({}), 'ran');
    const program = `#!/bin/sh\necho >> ${ran}\necho runsc version release-20260914.0\n`;
    const names = ['runsc', 'containerd', 'containerd-shim-runsc-v1', 'kubelet', 'crio', 'podman', 'docker'];
    const programs = Object.fromEntries(names.map((name) => [`/usr/bin/${name}`, program]));
    const root = trees.create({ ...SOUND, ...programs, '/etc/containerd/config.toml': RUNTIME });
    const before = snapshot(root);
    for (const options of [[], ['--json']]) expect((await run(['--root', root, ...options])).status).toBe(1);
    expect(snapshot(root)).toEqual(before);
    expect(existsSync(ran)).toBe(false);
  });

  test('an error: status 1, with the lines to add, within the width', async () => {
    const root = trees.create({ ...SOUND, '/etc/containerd/config.toml': RUNTIME });
    for (const columns of [80, 160]) {
      const { status, out } = await run(['--root', root], false, columns);
      expect(status).toBe(1);
      expect(out).toContain('error DOCTOR_POD_ANNOTATIONS');
      expect(out).toContain('    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runsc]\n');
      expect(out).toContain('      pod_annotations = ["dev.gvisor.*"]\n');
      expect(out.split('\n').filter((line) => line.length > columns && !line.includes(root))).toEqual([]);
      expect(out).not.toContain('\u001b');
    }
    expect((await run(['--root', root], true)).out).toContain('\u001b[1m');
  });

  test('a missing runsc: --runsc is advised where it can be given', async () => {
    const { '/usr/bin/runsc': _, ...withoutRunsc } = SOUND;
    const root = trees.create(withoutRunsc);
    const elsewhere = await run(['--root', root]);
    expect(elsewhere.out).toContain('error DOCTOR_RUNSC_NOT_FOUND');
    expect(elsewhere.out).not.toContain('--runsc');
    expect((await run(['--root', root, '--runsc', '/opt/runsc'])).error).toContain('MH_USAGE');
    const terminal = new RecordingTerminal();
    const here = createDoctorCommand({ ...doctorWiring, examine: () => doctorWiring.examine(root, {}) });
    expect(await runCommand(here, [], terminal)).toBe(1);
    expect(terminal.stdout).toContain('give it with --runsc');
  });

  test('Docker and Podman: told of, with the command that has their lines', async () => {
    const root = trees.create({
      '/usr/bin/runsc': '',
      '/etc/docker/daemon.json': '{"runtimes": {"runsc": {"path": "/usr/bin/runsc"}}}',
      '/etc/containers/containers.conf': '[engine.runtimes]\nrunsc = ["/usr/bin/runsc"]\n',
    });
    const { status, out } = await run(['--root', root]);
    expect(status).toBe(0);
    expect(out).toMatch(/^docker {6}\/etc\/docker\/daemon\.json, gVisor runsc$/m);
    expect(out).toMatch(/^podman {6}\/etc\/containers\/containers\.conf, gVisor runsc$/m);
    expect(out.match(/^warning DOCTOR_ENGINE_NO_REWRITE$/gm)).toHaveLength(2);
    expect(out).toContain('"mount-hints runtime-config"');
    expect(JSON.parse((await run(['--root', root, '--json'])).out)).toMatchObject({
      docker: { files: ['/etc/docker/daemon.json'], runtimes: ['runsc'] },
      podman: { files: ['/etc/containers/containers.conf'], runtimes: ['runsc'] },
    });
  });

  test("--config: containerd's own file", async () => {
    const root = trees.create({ ...SOUND, '/opt/containerd.toml': RUNTIME });
    const { out } = await run(['--root', root, '--config', '/opt/containerd.toml']);
    expect(out).toContain('containerd  /opt/containerd.toml, version 2, gVisor runsc');
    expect(out).toContain('DOCTOR_POD_ANNOTATIONS');
  });

  test('no configuration: what is advised is never an option that was given and led here', async () => {
    const root = trees.create({ '/etc/hostname': 'node' });
    const adviceFor = async (args: readonly string[]) => {
      const terminal = new RecordingTerminal();
      const wired = { ...doctorWiring, examine: () => doctorWiring.examine(root, {}) };
      await runCommand(createDoctorCommand(wired), args, terminal);
      expect(terminal.stdout).toContain('DOCTOR_NO_RUNTIME_CONFIG');
      return terminal.stdout.replace(/\s+/g, ' ');
    };
    const here = await adviceFor([]);
    expect(here).toContain('give its directory with --root; if containerd was started with --config, give');
    const below = await adviceFor(['--root', root]);
    expect(below).toContain("there has to be the node's whole file system");
    expect(below).toContain('give --config here too');
    expect(below).not.toContain('with --root');
    const file = await adviceFor(['--config', '/etc/c.toml']);
    expect(file).toContain('There is no /etc/c.toml on this machine');
    expect(file).toContain('give its directory with --root');
    expect(file).not.toContain('give --config');
    const both = await adviceFor(['--root', root, '--config', '/etc/c.toml']);
    expect(both).toContain(`There is no /etc/c.toml below ${root}`);
    expect(both).not.toMatch(/with --root|give --config/);
  });

  test('a configuration by its path on this machine, and not on the node, is refused with the right one', async () => {
    const root = trees.create(SOUND);
    const { error, status } = await run(['--root', root, '--config', `${root}/etc/containerd/config.toml`]);
    expect(status).toBe(2);
    expect(error).toContain('without the directory of --root: --config /etc/containerd/config.toml.');
  });

  test('what cannot be read for another reason than its mode is no matter of being root', async () => {
    const root = trees.create({ '/etc/containerd/config.toml/nested': '' });
    const { out } = await run(['--root', root]);
    expect(out).toContain('DOCTOR_UNREADABLE');
    expect(out).not.toContain('Run as root');
    expect(unreadable('/a', 'EACCES').message).toContain('Run as root.');
  });

  test('--json: one object, findings first to last', async () => {
    const root = trees.create({ ...SOUND, '/etc/containerd/config.toml': RUNTIME });
    const { status, out } = await run(['--root', root, '--json']);
    expect(status).toBe(1);
    expect(out.split('\n')).toHaveLength(2);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      root,
      kubeletDir: '/var/lib/kubelet',
      containerd: [{ runtimes: ['runsc'] }],
    });
    expect(report.findings.map((each: { code: string }) => each.code)).toEqual([
      'DOCTOR_POD_ANNOTATIONS',
      'DOCTOR_RUNSC_NOT_RUN',
    ]);
  });

  test.each([
    ['a root that is not there', ['--root', '/nowhere/at/all'], 66],
    ['a runsc of another root', ['--root', '/usr', '--runsc', '/usr/local/bin/runsc'], 2],
    ['a relative configuration', ['--config', 'containerd.toml'], 2],
    ['an argument', ['/etc'], 2],
    ['an unknown option', ['--fix'], 2],
  ])('%s', async (_, args, status) => {
    expect(await run(args)).toMatchObject({ status, out: '' });
  });
});
